package dev.fullrank.cuda;

import org.jspecify.annotations.Nullable;

/**
 * Loads CUDA: driver, cuBLAS and cuSOLVER, JCuda, in this order, so that a machine without a GPU loads no class of JCuda and writes no
 * file. Each reason to give up is a {@link Refusal}.
 */
final class CudaLoader {
  /** Not loaded by a static initializer: whatever JNI does there happens under the lock of a class. */
  private static final CudaLoader OF_THIS_PROCESS = new CudaLoader();

  private @Nullable CudaAvailability found;

  private CudaLoader() {}

  /** Loads at the first call. */
  static CudaAvailability ofThisProcess() {
    return OF_THIS_PROCESS.find();
  }

  private synchronized CudaAvailability find() {
    CudaAvailability known = found;
    if (known == null) {
      known = load(CudaEnvironment.ofThisProcess());
      found = known;
    }
    return known;
  }

  static CudaAvailability load(CudaEnvironment environment) {
    boolean driverIsThere = false;
    try {
      requirePlatform(environment.platform());
      Driver driver = Driver.find(environment);
      driverIsThere = true;
      return new CudaAvailability.Available(load(environment, driver.start()));
    } catch (Refusal refusal) {
      return new CudaAvailability.Missing(refusal.reason(), refusal.remedy(), driverIsThere);
    } catch (IllegalCallerException e) {
      return new CudaAvailability.Missing(
          "this program is denied access to native libraries",
          "add --enable-native-access=" + modules() + " to the java command",
          driverIsThere);
    }
  }

  private static void requirePlatform(String platform) throws Refusal {
    if (!platform.equals(CudaEnvironment.LINUX)) {
      throw new Refusal(
          "CUDA is used on " + CudaEnvironment.LINUX + " only, and this is " + platform,
          "run on Linux with an x86-64 processor and an NVIDIA GPU");
    }
  }

  private static CudaLibrary load(CudaEnvironment environment, int driverVersion) throws Refusal {
    JCudaNative.requireAll(environment.classes());
    CudaGeneration generation = CudaLibraries.open(environment, driverVersion);
    try (PrivateNatives natives = PrivateNatives.unpack(environment, generation.renamed())) {
      return new BindingLoader(environment.classes(), natives.files()).open();
    } catch (UnsatisfiedLinkError e) {
      throw new Refusal(
          "JCuda's natives cannot be loaded: " + e.getMessage(), "install the library that is missing, or " + PrivateNatives.REMEDY);
    } catch (LinkageError e) {
      throw new Refusal("JCuda's classes cannot be loaded: " + e, JCudaNative.REMEDY);
    }
  }

  /** Those that need native access: this one, and the unnamed one of the classes of JCuda, whatever module they come from. */
  private static String modules() {
    Module own = CudaLoader.class.getModule();
    return (own.isNamed() ? own.getName() + "," : "") + "ALL-UNNAMED";
  }
}
