package dev.fullrank.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jcuda.JCudaVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pinned jars of JCuda have all that the binding uses, in the classes and in the natives. */
@Tag("single")
class BindingLoaderTest {
  private static final String BINDING = "dev.fullrank.cuda.binding";
  private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(BINDING, "jcuda");

  private final BindingLoader loader = new BindingLoader(ClassPath.LOADER, Map.of(JCudaNative.BLAS, Path.of("/private/blas.so")));

  @Test
  void definesTheBindingAndAllOfJCudaThatItUses() throws ClassNotFoundException {
    Set<String> names = new TreeSet<>();
    binding().forEach(c -> names.add(c.getName()));
    binding()
        .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
        .map(Dependency::getTargetClass)
        .filter(target -> target.getName().startsWith("jcuda."))
        .forEach(target -> names.add(target.getName()));
    assertThat(names).hasSizeGreaterThan(20).contains("jcuda.driver.JCudaDriver", BINDING + ".JCudaQueue");
    for (String name : names) {
      Class<?> defined = loader.loadClass(name);
      assertThat(defined.getClassLoader()).as(name).isSameAs(loader);
      assertThat(loader.loadClass(name)).isSameAs(defined);
    }
  }

  @Test
  void sharesAllOtherClasses() throws ClassNotFoundException {
    assertThat(loader.loadClass("dev.fullrank.cuda.CudaLibrary")).isSameAs(CudaLibrary.class);
    assertThat(loader.loadClass("java.util.logging.Logger")).isSameAs(java.util.logging.Logger.class);
    assertThatThrownBy(() -> loader.loadClass("jcuda.NoSuchClass")).isInstanceOf(ClassNotFoundException.class);
    assertThatThrownBy(() -> loader.loadClass(BINDING + ".NoSuchClass")).isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void knowsWhereTheNativesAreAndHidesThoseInTheJars() {
    assertThat(loader.findLibrary("JCublas2-12.6.0-linux-x86_64")).isEqualTo("/private/blas.so");
    assertThat(loader.findLibrary("JCudaDriver-12.6.0-linux-x86_64")).isNull();
    assertThat(ClassPath.LOADER.getResource(JCudaNative.BLAS.resource())).isNotNull();
    assertThat(loader.getResource(JCudaNative.BLAS.resource())).isNull();
    assertThat(loader.getResourceAsStream(JCudaNative.BLAS.resource())).isNull();
    assertThat(loader.getResource("jcuda/Pointer.class")).isNotNull();
  }

  @Test
  void everyFieldAndMethodThatTheBindingUsesIsThere() {
    List<String> missing =
        binding()
            .flatMap(c -> c.getAccessesFromSelf().stream())
            .filter(access -> access.getTargetOwner().getName().startsWith("jcuda."))
            .filter(access -> access.getTarget().resolveMember().isEmpty())
            .map(access -> access.getTarget().getFullName())
            .toList();
    assertThat(missing).isEmpty();
  }

  @Test
  void everyNativeMethodThatIsCalledIsExported() throws IOException {
    Set<String> exported = new TreeSet<>();
    for (JCudaNative each : JCudaNative.values()) {
      try (InputStream in = Objects.requireNonNull(ClassPath.LOADER.getResourceAsStream(each.resource()))) {
        exported.addAll(new ElfFile(in.readAllBytes()).definedSymbols());
      }
    }
    // The public methods of JCuda each call a private native one, in the same class.
    Set<String> called = new TreeSet<>();
    binding()
        .flatMap(c -> c.getMethodCallsFromSelf().stream())
        .filter(call -> call.getTargetOwner().getName().startsWith("jcuda."))
        .flatMap(call -> call.getTarget().resolveMember().stream())
        .flatMap(method -> nativeMethods(method).map(BindingLoaderTest::exportedName))
        .forEach(called::add);
    assertThat(called).hasSizeGreaterThan(60).contains("Java_jcuda_jcusolver_JCusolverDn_cusolverDnDgesvdj_1bufferSizeNative");
    assertThat(exported).containsAll(called);
  }

  @Test
  void classesAndNativesAreOfTheSameVersion() {
    assertThat(JCudaVersion.get()).isEqualTo(JCudaNative.VERSION);
    assertThat(ClassPath.natives()).allSatisfy(jar -> assertThat(jar.toString()).endsWith("-" + JCudaNative.VERSION + "-linux-x86_64.jar"));
    assertThat(JCudaNative.REMEDY).contains(ClassPath.jcuda().stream().map(BindingLoaderTest::artifact).toList());
    assertThat(JCudaNative.REMEDY)
        .contains(ClassPath.natives().stream().map(jar -> artifact(jar).replace("-linux-x86_64", "")).toList());
  }

  private static Stream<JavaClass> binding() {
    return CLASSES.stream().filter(c -> c.getPackageName().equals(BINDING));
  }

  private static Stream<JavaCodeUnit> nativeMethods(JavaMember method) {
    return method.getOwner().getCodeUnits().stream()
        .filter(unit -> unit.equals(method))
        .flatMap(unit -> unit.getMethodCallsFromSelf().stream())
        .flatMap(call -> call.getTarget().resolveMember().stream())
        .filter(target -> target.getModifiers().contains(JavaModifier.NATIVE))
        .map(JavaCodeUnit.class::cast);
  }

  /** As the Java Native Interface derives it for a method that is not overloaded. */
  private static String exportedName(JavaCodeUnit method) {
    return "Java_" + (method.getOwner().getName() + "." + method.getName()).replace("_", "_1").replace('.', '_');
  }

  private static String artifact(Path jar) {
    return jar.getFileName().toString().replaceFirst("-(\\d[\\d.]*\\d)(.*)\\.jar", ":$1$2");
  }
}
