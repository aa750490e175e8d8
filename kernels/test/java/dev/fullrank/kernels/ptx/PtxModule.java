package dev.fullrank.kernels.ptx;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A module of PTX, parsed and decoded. Its variables live as long as it. */
public final class PtxModule {
  private final Map<String, PtxKernel> kernels = new LinkedHashMap<>();

  private PtxModule(Syntax.Module module) {
    Map<String, Syntax.Function> functions = new HashMap<>();
    for (Syntax.Function function : module.functions()) {
      if (function.body() != null) {
        functions.put(function.name(), function);
      }
    }
    List<Region> regions = new ArrayList<>();
    Scope scope = new Scope();
    List<Syntax.Variable> shared = new ArrayList<>();
    for (Syntax.Variable variable : module.variables()) {
      if (variable.space().equals(".shared")) {
        shared.add(variable);
      } else {
        Region region = region(variable);
        regions.add(region);
        scope.declare(variable.name(), new Scope.Memory(Space.GLOBAL, region.base(), Math.toIntExact(variable.bytes())), variable.line());
      }
    }
    for (Syntax.Function function : functions.values()) {
      if (function.entry()) {
        Program program = new Assembler(functions, scope).assemble(function, shared);
        kernels.put(function.name(), new PtxKernel(program, function.limits(), List.copyOf(regions)));
      }
    }
  }

  /**
   * Reads a module as nvcc writes it.
   *
   * @throws PtxSyntaxException if it holds anything that the interpreter does not know, with the line
   */
  public static PtxModule parse(String text) {
    return new PtxModule(Parser.parse(text));
  }

  /** The entry of that name. */
  public PtxKernel kernel(String name) {
    @Nullable PtxKernel kernel = kernels.get(name);
    if (kernel == null) {
      throw new IllegalArgumentException("no entry " + name + "; there are " + kernels.keySet());
    }
    return kernel;
  }

  /** The names of all entries. */
  public Set<String> names() {
    return Collections.unmodifiableSet(kernels.keySet());
  }

  /** Memory for a variable, with its initial value: zeros where none is stated. */
  private static Region region(Syntax.Variable variable) {
    long bytes = variable.bytes();
    var segment = Arena.ofAuto().allocate(bytes, variable.alignment());
    Region region = new Region("the variable " + variable.name(), segment.address(), segment, Region.Sharing.GRID);
    region.markWritten(segment.address(), bytes);
    int width = variable.type().bytes();
    for (int i = 0; i < variable.initial().size(); i++) {
      region.put(segment.address() + (long) i * width, width, variable.initial().get(i));
    }
    return region;
  }
}
