namespace Realtime.Sdk.Testing;

/// <summary>A scripted HTTP response. It replaces the emulator's response, delays it, or makes its connection fail.</summary>
public sealed record EmulatorHttpResponse
{
    /// <summary>The HTTP status. The default is null: the emulator's own response is sent, with the delay, the fault and the headers of this record.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The body. The default is empty: no body is sent. Ignored if <see cref="StatusCode"/> is null or 204, 205 or 304, which have no body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The content type of the body. The default is <c>application/json</c>.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Additional headers, which replace the emulator's headers of the same name. The default is empty.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The delay of the response, by the emulator's clock. The default is zero. With <see cref="Timeout.InfiniteTimeSpan"/>, the request is never answered.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The fault of the connection during the response. Bytes are counted from the status line. The default is null: no fault.</summary>
    public ConnectionFault? Fault { get; init; }

    /// <summary>Returns the members, with keys masked and control characters replaced.</summary>
    public override string ToString() => RecordPrinter.Print(nameof(EmulatorHttpResponse), PrintMembers);

    /// <summary>Copies the response, its body and its headers, because it is sent later, and the caller may reuse the buffer.</summary>
    internal EmulatorHttpResponse Copy() => this with { Body = Body.ToArray(), Headers = new Dictionary<string, string>(Headers) };
}
