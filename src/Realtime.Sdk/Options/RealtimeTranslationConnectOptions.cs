namespace Realtime.Sdk;

/// <summary>The target and the options of a translation connection. Set exactly one of <see cref="Model"/> and <see cref="Session"/>.</summary>
public sealed class RealtimeTranslationConnectOptions : RealtimeConnectionOptions
{
    /// <summary>The model for a new session, for example <c>gpt-realtime-translate</c>. The default is null. Wire: <c>?model=</c>.</summary>
    public string? Model { get; set; }

    /// <summary>
    /// The configuration of a new session. The connection is opened with its model; then the rest is sent as <c>session.update</c>, and opening completes with
    /// the reply. The default is null.
    /// </summary>
    [JsonIgnore]
    public TranslationSessionConfiguration? Session { get; set; }
}
