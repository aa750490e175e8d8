package dev.fullrank.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The library keeps each rule, and each rule finds the class that was planted to break it. */
@Tag("single")
class ArchitectureTest {
  private static final String LIBRARY = "dev.fullrank";
  private static final String PLANTED = "dev.fullrank.repository.planted";

  private static final JavaClasses LIBRARY_CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(LIBRARY);
  private static final JavaClasses PLANTED_CLASSES = new ClassFileImporter().importPackages(PLANTED);

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void theLibraryKeeps(String name, Function<ArchitectureRules, ArchRule> rule, String[] breakers) {
    rule.apply(new ArchitectureRules(LIBRARY)).check(LIBRARY_CLASSES);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void theRuleFindsWhatBreaksIt(String name, Function<ArchitectureRules, ArchRule> rule, String[] breakers) {
    String report = rule.apply(new ArchitectureRules(PLANTED)).evaluate(PLANTED_CLASSES).getFailureReport().toString();
    assertThat(report).contains(breakers).doesNotContain(PLANTED + ".cpu.Parallel.", "Method <" + PLANTED + ".cuda.binding.");
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        rule("algorithms know no device", ArchitectureRules::algorithmsKnowNoDevice, "PicksADevice.steps", "PicksAGpu.steps"),
        rule("the CPU knows no other device", ArchitectureRules::theCpuKnowsNoOtherDevice, "HandsOver.count"),
        rule("JCuda stays in the binding", ArchitectureRules::jcudaStaysInTheBinding, "NeedsJCuda.name"),
        rule("nothing names the binding", ArchitectureRules::nothingNamesTheBinding, "NamesTheBinding.count"),
        rule("nothing below knows a regularizer", ArchitectureRules::nothingBelowKnowsARegularizer, "CallsUp.value"),
        rule("the Vector API stays in cpu", ArchitectureRules::vectorApiStaysInCpu, "NeedsTheIncubator.lanes"),
        rule(
            "public signatures name only public API",
            ArchitectureRules::publicSignaturesNameOnlyPublicApi,
            "LeaksInternals.count",
            "LeaksInternals.none"),
        rule(
            "threads are made in one file",
            ArchitectureRules::threadsAreMadeInOneFile,
            "MakesThreads.byHand",
            "MakesThreads.virtual",
            "MakesThreads.pool",
            "MakesThreads.stream"),
        rule(
            "no global state is touched",
            ArchitectureRules::noGlobalStateIsTouched,
            "TouchesTheProcess.property",
            "TouchesTheProcess.print"),
        rule("nothing is deserialised", ArchitectureRules::nothingIsDeserialised, "Deserialises.read"),
        rule("public statics are constants", ArchitectureRules::publicStaticsAreConstants, "Knob.blockSize"));
  }

  private static Arguments rule(String name, Function<ArchitectureRules, ArchRule> rule, String... breakers) {
    return Arguments.of(name, rule, breakers);
  }
}
