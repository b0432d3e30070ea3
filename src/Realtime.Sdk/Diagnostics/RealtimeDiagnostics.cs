using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Realtime.Sdk.Internal;

/// <summary>The sources of traces and metrics, named after the package.</summary>
internal static class RealtimeDiagnostics
{
    public const string Name = "Realtime.Sdk";

    public static readonly ActivitySource Activities = new(Name);

    public static readonly Meter Meter = new(Name);
}
