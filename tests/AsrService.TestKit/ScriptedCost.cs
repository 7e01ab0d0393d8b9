namespace AsrService.TestKit;

/// <summary>Time that a <see cref="ScriptedModel"/> takes, on a clock that only it and the test move.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Window">For an encoder window, whatever its length.</param>
/// <param name="Position">For every position.</param>
/// <param name="Call">For every call, beside its positions.</param>
public sealed record ScriptedCost(ManualTimeProvider Clock, TimeSpan Window, TimeSpan Position, TimeSpan Call)
{
    /// <summary>Costs in milliseconds.</summary>
    public static ScriptedCost Of(ManualTimeProvider clock, double window, double position, double call) => new(
        clock, TimeSpan.FromMilliseconds(window), TimeSpan.FromMilliseconds(position), TimeSpan.FromMilliseconds(call));

    internal void Spend(TimeSpan time) => Clock.Advance(time);
}
