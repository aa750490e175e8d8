package dev.fullrank.cuda.binding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jcuda.NativePointerObject;

/**
 * Reads and sets the address or handle that an object of JCuda stands for. JCuda has no way to make such an object from a number; with
 * this one, each is made once and set anew for every call, so that a call leaves no garbage.
 */
final class Native {
  private static final VarHandle VALUE = value();

  private Native() {}

  static long get(NativePointerObject object) {
    return (long) VALUE.get(object);
  }

  /** Sets the value, and returns the object. */
  static <T extends NativePointerObject> T set(T object, long value) {
    VALUE.set((NativePointerObject) object, value);
    return object;
  }

  private static VarHandle value() {
    try {
      return MethodHandles.privateLookupIn(NativePointerObject.class, MethodHandles.lookup())
          .findVarHandle(NativePointerObject.class, "nativePointer", long.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("another NativePointerObject than that of JCuda 12", e);
    }
  }
}
