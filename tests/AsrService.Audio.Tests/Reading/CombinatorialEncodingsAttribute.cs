using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace AsrService.Audio.Tests;

/// <summary>Every encoding, mono and 1 to 8 channels, plain and extensible, from a file and through a pipe.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CombinatorialEncodingsAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var rows =
            from encoding in Enum.GetValues<SampleEncoding>()
            from channels in new[] { 1, 2, 8 }
            from isExtensible in new[] { false, true }
            from isPipe in new[] { false, true }
            select new TheoryDataRow(encoding, channels, isExtensible, isPipe);
        return new(rows.ToArray());
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
