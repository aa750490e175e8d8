package dev.fullrank.kernels.ptx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers the registers of a kernel. Literals and special registers get numbers too, so that every source is a register. */
final class RegisterTable {
  /** A register that holds the same bits in all lanes from the beginning. */
  record Constant(int register, long bits) {}

  /** A register that the hardware fills. */
  record Special(int register, SpecialRegister kind) {}

  private final List<String> names = new ArrayList<>();
  private final List<Constant> constants = new ArrayList<>();
  private final List<Special> specials = new ArrayList<>();
  private final Map<Long, Integer> numbers = new HashMap<>();
  private final Map<Long, Integer> truths = new HashMap<>();
  private final Map<SpecialRegister, Integer> filled = new HashMap<>();

  int add(String name) {
    names.add(name);
    return names.size() - 1;
  }

  int constant(long bits) {
    return numbers.computeIfAbsent(bits, this::newConstant);
  }

  /** A predicate that always holds if the bits are not 0, else never. */
  int truth(long bits) {
    return truths.computeIfAbsent(bits == 0 ? 0L : 1L, this::newConstant);
  }

  int special(SpecialRegister kind) {
    return filled.computeIfAbsent(kind, this::newSpecial);
  }

  int size() {
    return names.size();
  }

  String name(int register) {
    return names.get(register);
  }

  List<Constant> constants() {
    return constants;
  }

  List<Special> specials() {
    return specials;
  }

  private int newConstant(long bits) {
    int register = add(Long.toString(bits));
    constants.add(new Constant(register, bits));
    return register;
  }

  private int newSpecial(SpecialRegister kind) {
    int register = add(kind.toString());
    specials.add(new Special(register, kind));
    return register;
  }
}
