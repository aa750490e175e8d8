package dev.fullrank.repository;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaConstructor.CONSTRUCTOR_NAME;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinTask;
import java.util.regex.Pattern;

/**
 * Who may know whom in the packages root, root.linalg, root.cpu and root.cuda. The root is a parameter so that the same rules can be shown
 * to fail on classes that break them on purpose.
 */
record ArchitectureRules(String root) {
  private static final String VECTOR_API = "jdk.incubator.vector..";
  private static final String JCUDA = "jcuda..";
  private static final Set<String> PARALLEL_CALLS =
      Set.of("parallel", "parallelStream", "parallelSort", "parallelPrefix", "parallelSetAll");

  private String linalg() {
    return root + ".linalg..";
  }

  private String cpu() {
    return root + ".cpu..";
  }

  private String cuda() {
    return root + ".cuda..";
  }

  private String cudaBinding() {
    return root + ".cuda.binding..";
  }

  ArchRule algorithmsKnowNoDevice() {
    return noClasses()
        .that(resideInAPackage(linalg()))
        .should()
        .dependOnClassesThat(resideInAnyPackage(cpu(), cuda(), VECTOR_API, JCUDA))
        .because("an algorithm is written once, over DenseOps, and runs on every device");
  }

  ArchRule theCpuKnowsNoOtherDevice() {
    return noClasses()
        .that(resideInAPackage(cpu()))
        .should()
        .dependOnClassesThat(resideInAnyPackage(cuda(), JCUDA))
        .because("what runs everywhere must not need what is there on few machines");
  }

  ArchRule jcudaStaysInTheBinding() {
    return noClasses()
        .that(resideInAPackage(root + "..").and(DescribedPredicate.not(resideInAPackage(cudaBinding()))))
        .should()
        .dependOnClassesThat(resideInAPackage(JCUDA))
        .because("JCuda is optional, and its classes are to be loaded by one loader only, after the driver was found");
  }

  ArchRule nothingNamesTheBinding() {
    return noClasses()
        .that(resideInAPackage(root + "..").and(DescribedPredicate.not(resideInAPackage(cudaBinding()))))
        .should()
        .dependOnClassesThat(resideInAPackage(cudaBinding()))
        .because("named in code, it would be loaded with JCuda by the wrong loader; cuda.BindingLoader knows its name as text");
  }

  ArchRule nothingBelowKnowsARegularizer() {
    return noClasses()
        .that(resideInAnyPackage(linalg(), cpu()))
        .should()
        .dependOnClassesThat(are(describe("regularizers", c -> c.isAssignableTo(root + ".Regularizer"))))
        .because("arrows point down: API, algorithms, device");
  }

  ArchRule vectorApiStaysInCpu() {
    return noClasses()
        .that(resideInAPackage(root + "..").and(DescribedPredicate.not(resideInAPackage(cpu()))))
        .should()
        .dependOnClassesThat(resideInAPackage(VECTOR_API))
        .because("the library must run, and be compiled against, without the incubator module");
  }

  ArchRule publicSignaturesNameOnlyPublicApi() {
    return noCodeUnits()
        .that(are(describe("public API", this::isPublicApi)))
        .should()
        .haveRawParameterTypes(describe("an internal type", types -> types.stream().anyMatch(this::isInternal)))
        .orShould()
        .haveRawReturnType(describe("an internal type", this::isInternal))
        .because("incubator and internal types may change without notice");
  }

  ArchRule threadsAreMadeInOneFile() {
    return noClasses()
        .that(resideInAPackage(root + "..").and(DescribedPredicate.not(knowThreads())))
        .should()
        .dependOnClassesThat(
            are(
                describe(
                    "executors or tasks",
                    c ->
                        c.isAssignableTo(Executor.class)
                            || c.isAssignableTo(Executors.class)
                            || c.isAssignableTo(ForkJoinTask.class)
                            || c.isAssignableTo(CompletableFuture.class)
                            || c.isAssignableTo(Thread.Builder.class))))
        .orShould()
        .accessTargetWhere(describe("a thread is made or a stream runs in parallel", ArchitectureRules::makesAThread))
        .because("only cpu.Parallel and its Helpers know threads: nobody else can starve or leak them");
  }

  ArchRule noGlobalStateIsTouched() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .should()
        .callMethodWhere(
            describe(
                "a system property is changed",
                call ->
                    call.getTargetOwner().isEquivalentTo(System.class)
                        && Set.of("setProperty", "setProperties", "clearProperty").contains(call.getName())))
        .orShould()
        .accessTargetWhere(
            describe(
                "the standard streams are used",
                access ->
                    access.getTargetOwner().isEquivalentTo(System.class) && Set.of("out", "err", "in").contains(access.getName())))
        .because("a library leaves the process it is linked into alone; it logs through System.Logger");
  }

  ArchRule nothingIsDeserialised() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ObjectInputStream.class)
        .because("files and streams may be hostile");
  }

  ArchRule publicStaticsAreConstants() {
    return fields()
        .that()
        .arePublic()
        .and()
        .areStatic()
        .and()
        .areDeclaredInClassesThat(resideInAPackage(root + ".."))
        .should()
        .beFinal()
        .because("block sizes and thresholds are parameters, not global knobs");
  }

  private boolean isPublicApi(JavaCodeUnit unit) {
    return unit.getOwner().getPackageName().equals(root)
        && unit.getOwner().getModifiers().contains(JavaModifier.PUBLIC)
        && (unit.getModifiers().contains(JavaModifier.PUBLIC) || unit.getModifiers().contains(JavaModifier.PROTECTED));
  }

  private boolean isInternal(JavaClass type) {
    return resideInAnyPackage(linalg(), cpu(), cuda(), VECTOR_API, JCUDA).test(type.getBaseComponentType());
  }

  private DescribedPredicate<JavaClass> knowThreads() {
    return describe(
        "cpu.Parallel and its Helpers", c -> c.getName().matches(Pattern.quote(root) + "\\.cpu\\.(Parallel|Helpers)(\\$.*)?"));
  }

  private static boolean makesAThread(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getName();
    boolean thread = owner.isAssignableTo(Thread.class) && (name.equals(CONSTRUCTOR_NAME) || name.startsWith("start"));
    return thread || (owner.getPackageName().startsWith("java.util") && PARALLEL_CALLS.contains(name));
  }

}
