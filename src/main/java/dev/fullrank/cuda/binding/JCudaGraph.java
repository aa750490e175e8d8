package dev.fullrank.cuda.binding;

import dev.fullrank.cuda.CudaGraph;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** A graph in the form that can be launched. */
final class JCudaGraph implements CudaGraph {
  private final CUgraphExec executable = new CUgraphExec();
  private final CUstream stream = new CUstream();
  private boolean closed;

  /** From a graph, which is destroyed. */
  JCudaGraph(CUgraph graph) {
    try {
      Status.cuda(JCudaDriver.cuGraphInstantiate(executable, graph, 0), "cuGraphInstantiate");
    } finally {
      Status.cuda(JCudaDriver.cuGraphDestroy(graph), "cuGraphDestroy");
    }
  }

  @Override
  public void launch(long handle) {
    if (closed) {
      throw new IllegalStateException("this graph is closed");
    }
    Status.cuda(JCudaDriver.cuGraphLaunch(executable, Native.set(stream, handle)), "cuGraphLaunch");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Status.cuda(JCudaDriver.cuGraphExecDestroy(executable), "cuGraphExecDestroy");
    }
  }
}
