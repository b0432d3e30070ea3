namespace Realtime.Sdk.Testing;

/// <summary>A scripted answer: it replaces the emulator's own answer, or delays or breaks it.</summary>
public sealed record EmulatorAnswer
{
    /// <summary>The HTTP status; null sends the emulator's own answer, delayed or broken as the other members say.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The body; empty, the default, sends none. Ignored when <see cref="StatusCode"/> is null, and with 204, 205 and 304, which have no body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The content type of the body. The default is <c>application/json</c>.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Additional headers, which replace the emulator's own. The default is empty.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The delay of the answer, by the emulator's clock. The default is zero; <see cref="Timeout.InfiniteTimeSpan"/> never answers.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The fault of the connection during the answer, whose first byte is that of the status line; null, the default, for none.</summary>
    public ConnectionFault? Fault { get; init; }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(EmulatorAnswer), PrintMembers);

    /// <summary>Copies the answer, its body and its headers: it is sent later, and the caller may use the buffer again.</summary>
    internal EmulatorAnswer Copy() => this with { Body = Body.ToArray(), Headers = new Dictionary<string, string>(Headers) };
}
