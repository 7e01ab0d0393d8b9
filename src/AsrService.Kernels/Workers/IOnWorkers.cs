namespace AsrService.Kernels.Workers;

/// <summary>A backend that computes on a set of threads, which another one may use while it rests.</summary>
internal interface IOnWorkers
{
    WorkerSet Workers { get; }
}
