namespace Realtime.Sdk.Internal;

/// <summary>Why a call has no output: how it ended, the text that the model gets by default, and the exception that the app gets.</summary>
/// <param name="Status">How the call ended.</param>
/// <param name="Text">The default text for the model. It contains no part of the function's exception.</param>
/// <param name="Exception">The exception.</param>
/// <param name="Warning">The warning for the app; null if the end is a normal part of the conversation.</param>
internal readonly record struct FunctionError(FunctionCallStatus Status, string Text, Exception Exception, string? Warning)
{
    /// <summary>Whether the user has interrupted the agent, so that no reply follows.</summary>
    public bool IsInterruption { get; private init; }

    /// <summary>The error type in traces and metrics; null if it is determined by the exception.</summary>
    public string? Type { get; private init; }

    public static FunctionError Unknown(CallState call) => Failed(
        "Error: there is no such function.",
        $"The agent '{PeerText.Sanitize(call.Group.Agent.Name)}' has no function '{PeerText.Sanitize(call.Name)}'.");

    public static FunctionError TooManyRounds(ConversationLimits limits) => Failed(
        "Error: too many function calls in a row. Answer without further calls.",
        $"More than {limits.MaxFunctionRounds} consecutive responses made function calls, so a call was not run. The maximum is {nameof(ConversationLimits)}.{nameof(ConversationLimits.MaxFunctionRounds)}.");

    public static FunctionError TooManyCalls(CallState call, int maxOpenCalls) => Failed(
        "Error: too many functions are running.",
        $"The function '{PeerText.Sanitize(call.Name)}' was not run, because more than {maxOpenCalls} calls have not ended.");

    public static FunctionError TooLong(CallState call, int length) => Failed(
        "Error: the output of the function is too long.",
        $"The output of the function '{PeerText.Sanitize(call.Name)}' was not sent, because it has {length} characters. The maximum is {call.Function!.MaxOutputLength}: increase {nameof(AgentFunction)}.{nameof(AgentFunction.MaxOutputLength)}, or return less.",
        TelemetryNames.OutputTooLong);

    /// <summary>The model may correct its arguments, so it gets the message of the SDK, which does not quote them.</summary>
    public static FunctionError InvalidArguments(CallState call, Exception exception) => exception is RealtimeProtocolException { Message: var message }
        ? new(FunctionCallStatus.Failed, $"Error: {message}", exception, message) { Type = TelemetryNames.InvalidArguments }
        : ThrownBy(call, exception);

    /// <summary>Called outside the conversation's lock, because the message of an exception may be code of the app.</summary>
    public static FunctionError ThrownBy(CallState call, Exception exception) => new(
        FunctionCallStatus.Failed, "Error: the function failed.", exception,
        $"The function '{PeerText.Sanitize(call.Name)}' threw {exception.GetType().Name}: {PeerText.Sanitize(GetMessage(exception))}");

    public static FunctionError TimedOut(CallState call, TimeSpan timeout)
    {
        var what = call.Status == FunctionCallStatus.Queued ? "was not run" : "did not return";
        var exception = new RealtimeTimeoutException(
            RealtimeDeadline.Function, timeout, $"The function '{PeerText.Sanitize(call.Name)}' {what} within {timeout.TotalSeconds:0.###} seconds.");
        return new(FunctionCallStatus.TimedOut, "Error: the function did not return in time.", exception, exception.Message);
    }

    public static FunctionError Denied(string? reason) => new(
        FunctionCallStatus.Denied, reason is null ? "The call was not approved." : $"The call was not approved: {reason}",
        new InvalidOperationException(reason ?? "The call was not approved."), Warning: null);

    public static FunctionError NotApproved(TimeSpan timeout)
    {
        var exception = new RealtimeTimeoutException(RealtimeDeadline.Approval, timeout, $"The call was not approved within {timeout.TotalSeconds:0.###} seconds.");
        return new(FunctionCallStatus.Denied, "The call was not approved.", exception, Warning: null);
    }

    public static FunctionError Interrupted() => new(
        FunctionCallStatus.Canceled, "The call was canceled because the user interrupted.", new OperationCanceledException("The user interrupted the agent."), Warning: null)
    {
        IsInterruption = true,
    };

    public static FunctionError Canceled() => new(
        FunctionCallStatus.Canceled, "The call was canceled.", new OperationCanceledException("The app canceled the call."), Warning: null);

    /// <summary>The model gets the reason of the guardrail.</summary>
    public static FunctionError Blocked(string reason) => new(
        FunctionCallStatus.Denied, $"The call was not allowed: {reason}", new InvalidOperationException(reason), Warning: null);

    /// <summary>Called outside the conversation's lock, as <see cref="ThrownBy"/>.</summary>
    public static FunctionError NotHandedOver(CallState call, Exception exception) => new(
        FunctionCallStatus.Failed, "Error: the conversation was not handed over. You remain in charge.", exception,
        $"The conversation was not handed over by '{PeerText.Sanitize(call.Name)}': {exception.GetType().Name}: {PeerText.Sanitize(GetMessage(exception))}");

    private static string GetMessage(Exception exception)
    {
        try
        {
            return exception.Message;
        }
#pragma warning disable CA1031 // the Message property is code of the app; an exception without a message still ends the call
        catch (Exception)
#pragma warning restore CA1031
        {
            return "(no message)";
        }
    }

    private static FunctionError Failed(string text, string reason, string? type = null) =>
        new(FunctionCallStatus.Failed, text, new InvalidOperationException(reason), reason) { Type = type };
}
