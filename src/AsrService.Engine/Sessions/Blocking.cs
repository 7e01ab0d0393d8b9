namespace AsrService.Engine.Sessions;

/// <summary>Runs code that may block, on a thread of its own for as long as it does not await.</summary>
internal static class Blocking
{
    public static Task<T> Run<T>(Func<T> function) => Task.Factory.StartNew(
        function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static Task Run(Action action) => Task.Factory.StartNew(
        action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
