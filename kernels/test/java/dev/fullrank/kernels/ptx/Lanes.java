package dev.fullrank.kernels.ptx;

import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Operations that apply one function in each lane. */
final class Lanes {
  /** A function of three registers. */
  @FunctionalInterface
  interface Ternary {
    long apply(long a, long b, long c);
  }

  /** A function of four registers. */
  @FunctionalInterface
  interface Quaternary {
    long apply(long a, long b, long c, long d);
  }

  private Lanes() {}

  static Operation.Compute unary(int target, int a, LongUnaryOperator function) {
    return (warp, lanes) -> {
      Registers registers = warp.registers();
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        registers.set(target, lane, function.applyAsLong(registers.get(a, lane)));
      }
    };
  }

  static Operation.Compute binary(int target, int a, int b, LongBinaryOperator function) {
    return (warp, lanes) -> {
      Registers registers = warp.registers();
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        registers.set(target, lane, function.applyAsLong(registers.get(a, lane), registers.get(b, lane)));
      }
    };
  }

  static Operation.Compute ternary(int target, int a, int b, int c, Ternary function) {
    return (warp, lanes) -> {
      Registers registers = warp.registers();
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        registers.set(target, lane, function.apply(registers.get(a, lane), registers.get(b, lane), registers.get(c, lane)));
      }
    };
  }

  static Operation.Compute quaternary(int target, int a, int b, int c, int d, Quaternary function) {
    return (warp, lanes) -> {
      Registers registers = warp.registers();
      for (int rest = lanes; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        long value = function.apply(registers.get(a, lane), registers.get(b, lane), registers.get(c, lane), registers.get(d, lane));
        registers.set(target, lane, value);
      }
    };
  }
}
