namespace Realtime.Sdk;

/// <summary>What a translation connection is for, exactly one of <see cref="Model"/> and <see cref="Session"/>, and how it behaves.</summary>
public sealed class RealtimeTranslationConnectOptions : RealtimeConnectionOptions
{
    /// <summary>A new session with this model, for example <c>gpt-realtime-translate</c>. The default is null. Wire: <c>?model=</c>.</summary>
    public string? Model { get; set; }

    /// <summary>A new session configured like this: connects with its model, sends the rest as <c>session.update</c> and waits for the reply. The default is null.</summary>
    [JsonIgnore]
    public TranslationSessionConfiguration? Session { get; set; }
}
