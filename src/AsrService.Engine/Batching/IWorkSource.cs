using AsrService.Models;

namespace AsrService.Engine.Batching;

/// <summary>Something that has work for a model, one after the other: a live channel, a recording, a text to align.</summary>
/// <remarks>All members but <see cref="Runner"/> are called by the loop's thread.</remarks>
internal interface IWorkSource
{
    /// <summary>The model that its work is for.</summary>
    IModelRunner Runner { get; }

    /// <summary>Whether its caller has gone: what it has under way is dropped, and the source with it.</summary>
    bool IsClosed { get; }

    /// <summary>Says what it would have done now; false for nothing, or while earlier work keeps it busy.</summary>
    bool TryPeek(out WorkRank rank);

    /// <summary>Begins what <see cref="TryPeek"/> announced; null when that turns out to need no model.</summary>
    /// <exception cref="Exception">Becomes the fault of this source alone.</exception>
    BatchWork? Start();

    /// <summary>The loop failed on it outside its works.</summary>
    void Fail(Exception fault);

    /// <summary>Frees what belongs to the model's thread; called once, last.</summary>
    void Release();
}
