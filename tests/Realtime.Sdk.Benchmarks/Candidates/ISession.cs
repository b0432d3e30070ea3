namespace Realtime.Sdk.Benchmarks;

/// <summary>One live session of one candidate, as the end-to-end rows use it.</summary>
internal interface ISession : IAsyncDisposable
{
    /// <summary>Asks the server for an answer.</summary>
    Task AskAsync();

    /// <summary>Reads events, counting what stands in them, until one of a type has come; false when the session ended before.</summary>
    Task<bool> ReadAsync(Tally tally, string? until);
}

/// <summary>What one session has read so far; one writer.</summary>
internal sealed class Tally
{
    public Work Work { get; private set; }

    public void Add(Work work) => Work += work;
}

internal static class SessionAddress
{
    public static Uri Of(Uri endpoint, string model) =>
        new UriBuilder($"{endpoint}/realtime?model={model}") { Scheme = endpoint.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;
}
