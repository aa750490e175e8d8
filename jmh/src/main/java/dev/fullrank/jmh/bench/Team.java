package dev.fullrank.jmh.bench;

import dev.fullrank.kernels.gpu.Dialogue;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The processes of the libraries in the comparison. */
final class Team implements AutoCloseable {
  /** To load a library, natives unpacked on first use included. */
  private static final long START_SECONDS = 120;

  private final Map<Implementation, WorkerProcess> members = new EnumMap<>(Implementation.class);
  private final List<String> jvmOptions;
  private final Map<String, String> environment;
  private final Path folder;

  Team(List<String> jvmOptions, Map<String, String> environment, Path folder) {
    this.jvmOptions = jvmOptions;
    this.environment = environment;
    this.folder = folder;
  }

  /** Starts all at once; those that cannot be loaded are named in the results. */
  void start(Set<Implementation> implementations, Results results) {
    Map<Implementation, WorkerProcess> started = new EnumMap<>(Implementation.class);
    for (Implementation implementation : implementations) {
      started.put(implementation, launch(implementation));
    }
    started.forEach((implementation, worker) -> {
      try {
        results.addVersion(implementation, worker.await("ready", START_SECONDS));
        members.put(implementation, worker);
      } catch (Dialogue.Failure e) {
        worker.close();
        results.addAbsence(implementation, "everywhere", "cannot be loaded: " + e.getMessage());
      }
    });
  }

  private WorkerProcess launch(Implementation implementation) {
    return WorkerProcess.start(implementation, jvmOptions, environment, folder.resolve(implementation.label() + ".log"));
  }

  /** The members with their processes; one that had to be killed is started anew. */
  Map<Implementation, WorkerProcess> alive() {
    members.replaceAll((implementation, worker) -> worker.isAlive() ? worker : restarted(implementation, worker));
    return members;
  }

  private WorkerProcess restarted(Implementation implementation, WorkerProcess old) {
    old.close();
    WorkerProcess worker = launch(implementation);
    try {
      worker.await("ready", START_SECONDS);
    } catch (Dialogue.Failure e) {
      // It fails again at the next problem, and is named there.
    }
    return worker;
  }

  @Override
  public void close() {
    members.values().forEach(WorkerProcess::close);
  }
}
