namespace Realtime.Sdk.Internal;

/// <summary>Validates the options of a connection. Reports all violations together.</summary>
internal static class ConnectionOptionsRules
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    /// <summary>Throws an exception with all violations if the options are invalid.</summary>
    public static void ThrowIfInvalid(RealtimeConnectionOptions options, string parameter)
    {
        var faults = new List<string>();
        CheckConnection(faults, options);
        if (options is RealtimeConnectOptions connect)
            CheckTarget(faults, connect);
        else if (options is RealtimeTranslationConnectOptions translation)
            CheckTarget(faults, translation);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(" ", faults), parameter);
    }

    private static void CheckConnection(List<string> faults, RealtimeConnectionOptions options)
    {
        CheckTimeout(faults, options.ConnectTimeout, nameof(options.ConnectTimeout));
        CheckTimeout(faults, options.KeepAliveInterval, nameof(options.KeepAliveInterval));
        CheckTimeout(faults, options.KeepAliveTimeout, nameof(options.KeepAliveTimeout));
        CheckTimeout(faults, options.SendTimeout, nameof(options.SendTimeout));
        CheckTimeout(faults, options.ReplyTimeout, nameof(options.ReplyTimeout));
        Require(faults, options.CloseTimeout > TimeSpan.Zero && options.CloseTimeout <= MaxTimeout, "CloseTimeout must be more than 0 and at most a day.");
        Require(faults, options.MaxMessageBytes > 0, "MaxMessageBytes must be more than 0.");
        Require(faults, options.MaxUnreadBytes >= options.MaxMessageBytes, "MaxUnreadBytes must be at least MaxMessageBytes.");
        Require(faults, options.MaxQueuedSendBytes > 0, "MaxQueuedSendBytes must be more than 0.");
        CheckHeaders(faults, options);
    }

    private static void CheckTarget(List<string> faults, RealtimeConnectOptions options)
    {
        var targets = (options.Model is null ? 0 : 1) + (options.Session is null ? 0 : 1) + (options.CallId is null ? 0 : 1) + (options.Transcription ? 1 : 0);
        Require(faults, targets == 1, "Exactly one of Model, Session, CallId and Transcription must be set.");
        Require(faults, !IsBlank(options.Model), "Model must not be blank.");
        Require(faults, !IsBlank(options.CallId), "CallId must not be blank.");
        Require(faults, options.CallId is null || !EndpointRules.IsLiveSession(options.CallId), $"CallId {EndpointRules.LiveSessionRule}.");
        Require(faults, options.Session is not TranslationSessionConfiguration, "Session must not be a translation session: use ConnectTranslationAsync.");
        Require(faults, options.Session is null || options.IsTranscription || !string.IsNullOrWhiteSpace(options.Session.ModelName), "Session must have a model.");
    }

    private static void CheckTarget(List<string> faults, RealtimeTranslationConnectOptions options)
    {
        Require(faults, options.Model is null != options.Session is null, "Exactly one of Model and Session must be set.");
        Require(faults, !IsBlank(options.Model), "Model must not be blank.");
        Require(faults, options.Session is null || !string.IsNullOrWhiteSpace(options.Session.Model), "Session must have a model.");
    }

    private static void CheckHeaders(List<string> faults, RealtimeConnectionOptions options)
    {
        if (ClientOptionsRules.FindHeaderFault(options.SafetyIdentifier) is { } fault)
            faults.Add($"SafetyIdentifier {fault}.");
        foreach (var (name, value) in options.Headers)
        {
            if (!HandshakeHeaders.IsAllowed(name))
                faults.Add("Headers contains a header whose name is invalid, or that carries credentials or belongs to the handshake.");
            else if (ClientOptionsRules.FindHeaderFault(value ?? "") is { } valueFault)
                faults.Add($"The header {name} {valueFault}.");
        }
    }

    private static void CheckTimeout(List<string> faults, TimeSpan value, string name) =>
        Require(faults, value == Timeout.InfiniteTimeSpan || (value > TimeSpan.Zero && value <= MaxTimeout), $"{name} must be more than 0 and at most a day, or infinite.");

    private static bool IsBlank(string? value) => value is not null && string.IsNullOrWhiteSpace(value);

    private static void Require(List<string> faults, bool kept, string fault)
    {
        if (!kept)
            faults.Add(fault);
    }
}
