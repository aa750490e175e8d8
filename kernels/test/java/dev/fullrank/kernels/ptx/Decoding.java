package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One instruction while it is decoded. Each modifier and each operand must be asked for, so that nothing is overlooked: what is left
 * over at the end is an error.
 */
final class Decoding {
  /** The name of a result that nobody wants. */
  private static final String SINK = "_";

  private final Syntax.Code code;
  private final Scope scope;
  private final RegisterTable registers;
  private final String opcode;
  private final List<String> modifiers;
  private final BitSet taken = new BitSet();
  private final List<Integer> reads = new ArrayList<>();
  private final List<Integer> writes = new ArrayList<>();

  Decoding(Syntax.Code code, Scope scope, RegisterTable registers) {
    this.code = code;
    this.scope = scope;
    this.registers = registers;
    modifiers = new ArrayList<>(List.of(code.opcode().split("\\.", -1)));
    opcode = modifiers.removeFirst();
  }

  /** The opcode without modifiers. */
  String opcode() {
    return opcode;
  }

  /** Takes a modifier if it is there. */
  boolean take(String modifier) {
    return modifiers.remove(modifier);
  }

  /** Takes the one of some modifiers that is there, null if none is. */
  @Nullable String takeAny(String... choices) {
    for (String choice : choices) {
      if (take(choice)) {
        return choice;
      }
    }
    return null;
  }

  /** Takes the one of some modifiers that must be there. */
  String takeOne(String... choices) {
    String found = takeAny(choices);
    if (found == null) {
      throw error("expected a modifier out of " + String.join(", ", choices));
    }
    return found;
  }

  /** Takes the next type. */
  Type type() {
    for (String modifier : modifiers) {
      Type type = Type.named(modifier);
      if (type != null) {
        modifiers.remove(modifier);
        return type;
      }
    }
    throw error("a type is missing");
  }

  /** Complains of a type that the operation is not defined for. */
  void require(boolean defined, Type type) {
    if (!defined) {
      throw error("not defined for " + type);
    }
  }

  int operands() {
    return code.operands().size();
  }

  /** An operand as it is written. */
  Operand operand(int index) {
    if (index >= operands()) {
      throw error("operand " + (index + 1) + " is missing");
    }
    taken.set(index);
    return code.operands().get(index);
  }

  /** The register of a source of exactly this type's width. */
  int source(int index, Type type) {
    return source(operand(index), type);
  }

  int source(Operand operand, Type type) {
    return source(operand, type, false);
  }

  /** The register of a source of which only the low bits may be used. */
  int sourceAtLeast(Operand operand, Type type) {
    return source(operand, type, true);
  }

  /** The register of a result of exactly this type's width. */
  int target(int index, Type type) {
    return target(operand(index), type);
  }

  int target(Operand operand, Type type) {
    return targetAtLeast(operand, type, type.bits()).number();
  }

  /** The register of a result that may be wider than the type. */
  Scope.Register targetAtLeast(Operand operand, Type type) {
    return targetAtLeast(operand, type, Long.SIZE);
  }

  private Scope.Register targetAtLeast(Operand operand, Type type, int mostBits) {
    if (!(operand instanceof Operand.Name name)) {
      throw error("a result must be a register");
    }
    if (name.name().equals(SINK)) {
      return new Scope.Register(registers.add(SINK), type);
    }
    if (!(scope.find(name.name()) instanceof Scope.Register register)) {
      throw error(name.name() + " is not a register");
    }
    checkWidth(register, type, mostBits);
    writes.add(register.number());
    return register;
  }

  /** A predicate to read, complemented if it is written with an exclamation mark. */
  int predicate(Operand operand) {
    return operand instanceof Operand.Not not ? ~source(new Operand.Name(not.name()), Type.PRED) : source(operand, Type.PRED);
  }

  /** A literal integer. */
  long literal(int index) {
    if (operand(index) instanceof Operand.Literal number && number.notation() == Operand.Notation.INTEGER) {
      return number.bits();
    }
    throw error("operand " + (index + 1) + " must be a literal integer");
  }

  /** The number of a label. */
  int label(int index) {
    if (operand(index) instanceof Operand.Name name && scope.find(name.name()) instanceof Scope.Label label) {
      return label.number();
    }
    throw error("no such label");
  }

  /** The elements of an operand that may be a vector in braces. */
  List<Operand> elements(int index) {
    Operand operand = operand(index);
    return operand instanceof Operand.Vector vector ? vector.elements() : List.of(operand);
  }

  /**
   * Where an access goes.
   *
   * @param space that the instruction names
   */
  Place place(int index, Space space) {
    if (!(operand(index) instanceof Operand.Address address)) {
      throw error("operand " + (index + 1) + " must be an address in brackets");
    }
    if (address.base() instanceof Operand.Name name && scope.find(name.name()) instanceof Scope.Memory memory) {
      boolean argument = space == Space.PARAM && memory.space() == Space.LOCAL;
      boolean constant = space == Space.CONST && memory.space() == Space.GLOBAL;
      if (memory.space() != space && !argument && !constant) {
        throw error(name.name() + " is not in the space of the instruction");
      }
      return new Place(memory.space(), registers.constant(memory.address()), address.offset());
    }
    Type width = address.base() instanceof Operand.Name name && scope.find(name.name()) instanceof Scope.Register register
        ? register.type()
        : Type.B64;
    return new Place(space, sourceAtLeast(address.base(), width.bits() == Type.B32.bits() ? Type.B32 : Type.B64), address.offset());
  }

  /**
   * An address.
   *
   * @param base register
   * @param offset in bytes
   */
  record Place(Space space, int base, long offset) {}

  /** The finished instruction. */
  Instruction finish(Operation operation) {
    if (!modifiers.isEmpty()) {
      throw error("modifier ." + modifiers.getFirst() + " is not supported here");
    }
    if (taken.cardinality() != operands()) {
      throw error(operands() + " operands are too many");
    }
    int guard = registers.truth(1);
    if (code.guard() != null) {
      int predicate = source(new Operand.Name(code.guard()), Type.PRED);
      reads.remove(Integer.valueOf(predicate));
      guard = code.negated() ? ~predicate : predicate;
    }
    return new Instruction(operation, guard, reads, writes, code.text(), code.line());
  }

  PtxSyntaxException error(String problem) {
    return new PtxSyntaxException(code.line(), code.text(), problem);
  }

  private int source(Operand operand, Type type, boolean orWider) {
    int register = switch (operand) {
      case Operand.Literal number -> literal(number, type);
      case Operand.Name name -> named(name.name(), type, orWider);
      default -> throw error("expected a register or a literal");
    };
    reads.add(register);
    return register;
  }

  private int literal(Operand.Literal number, Type type) {
    boolean fits = switch (number.notation()) {
      case INTEGER -> !type.isFloat();
      case SINGLE -> type.bits() == Float.SIZE;
      case DOUBLE -> type.bits() == Double.SIZE;
    };
    if (!fits) {
      throw error("a literal of another type than " + type);
    }
    return type == Type.PRED ? registers.truth(number.bits()) : registers.constant(type.narrow(number.bits()));
  }

  private int named(String name, Type type, boolean orWider) {
    SpecialRegister special = SpecialRegister.named(name);
    if (special != null) {
      checkWidth(new Scope.Register(0, Type.U32), type, orWider ? Long.SIZE : type.bits());
      return registers.special(special);
    }
    if (SpecialRegister.isWarpSize(name)) {
      return registers.constant(Registers.LANES);
    }
    return switch (scope.find(name)) {
      case Scope.Register register -> {
        checkWidth(register, type, orWider ? Long.SIZE : type.bits());
        yield register.number();
      }
      case Scope.Memory memory -> registers.constant(type.narrow(memory.address()));
      case null, default -> throw error(name + " is not declared, or not a value");
    };
  }

  private void checkWidth(Scope.Register register, Type type, int mostBits) {
    int bits = register.type().bits();
    if (bits < type.bits() || bits > mostBits || (bits == 1) != (type == Type.PRED)) {
      throw error("a register of " + register.type() + " where " + type + " is wanted");
    }
  }
}
