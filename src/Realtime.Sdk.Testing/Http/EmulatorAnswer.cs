namespace Realtime.Sdk.Testing;

/// <summary>What the emulator is told to answer, in place of or around its own answer.</summary>
public sealed record EmulatorAnswer
{
    /// <summary>The HTTP status; null gives the emulator's own answer, late or broken as the other members say.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The body; empty sends none. Left out when <see cref="StatusCode"/> is null.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The kind of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Headers to send besides; they win over the emulator's own.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the answer waits, by the emulator's time; <see cref="Timeout.InfiniteTimeSpan"/> never answers.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What goes wrong on the connection while it is answered; offset zero is the first byte of the status line.</summary>
    public ConnectionFault? Fault { get; init; }

    /// <summary>The members, with keys masked and control characters replaced.</summary>
    public override string ToString() => PrintedRecord.Of(nameof(EmulatorAnswer), PrintMembers);

    /// <summary>Copies the answer, its body and its headers: it is sent later, and the caller may use the buffer again.</summary>
    internal EmulatorAnswer Copy() => this with { Body = Body.ToArray(), Headers = new Dictionary<string, string>(Headers) };
}
