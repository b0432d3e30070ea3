using System.Diagnostics;

namespace Realtime.Sdk;

/// <summary>The options of <see cref="RealtimeWebhooks"/>.</summary>
public sealed class RealtimeWebhookOptions
{
    /// <summary>
    /// The signing secrets of the endpoint, 1 to 10, each as the service shows it (<c>whsec_…</c>) or as the text that signs. The default is empty, which is not
    /// valid. A delivery must be signed with one of them: while a secret is replaced, list both the old and the new one. Each secret has a key of 16 to 256 bytes.
    /// Not part of the JSON of the options.
    /// </summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public IList<string> Secrets { get; private set; } = [];

    /// <summary>
    /// The maximum difference between the timestamp of a delivery and the clock, in both directions. It limits for how long a recorded delivery can be repeated. More
    /// than zero, at most an hour; the default is 5 minutes. The clocks are compared in whole seconds.
    /// </summary>
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock. Null, the default, uses the system clock; dependency injection sets it.</summary>
    [JsonIgnore]
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>The errors in the configuration section from which the options were read.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string> SectionFaults { get; set; } = [];

    /// <summary>Copies the options and their collections.</summary>
    internal RealtimeWebhookOptions Copy()
    {
        var copy = (RealtimeWebhookOptions)MemberwiseClone();
        copy.Secrets = [.. Secrets];
        copy.SectionFaults = [.. SectionFaults];
        return copy;
    }
}
