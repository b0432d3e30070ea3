namespace Realtime.Sdk.Benchmarks;

/// <summary>An open session of one candidate, for the end-to-end rows.</summary>
internal interface ISession : IAsyncDisposable
{
    /// <summary>Requests an answer from the server.</summary>
    Task AskAsync();

    /// <summary>Reads events and counts their content until one of a type was read. Returns false if the session ended before that.</summary>
    Task<bool> ReadAsync(Tally tally, string? until);
}

/// <summary>The content that one session has read so far. Only one thread may write.</summary>
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
