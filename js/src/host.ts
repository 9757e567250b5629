// Whether the kernel that made a widget is still there, as far as the host around it lets one know.

/** What JupyterLab's and Voila's managers have beyond what anywidget promises. */
interface Manager {
  readonly kernel?: { readonly isDisposed?: boolean } | null;
}

/**
 * Asked before each change that Python is told of: a manager whose kernel was shut down, or exchanged for another, goes on
 * sending, and logs an error each time. Hosts that do not say count as there.
 */
export function kernelWatch(manager: unknown): () => boolean {
  const kernelNow = () => (manager as Manager | null | undefined)?.kernel;
  const first = kernelNow();
  return () => kernelNow() === first && first?.isDisposed !== true;
}
