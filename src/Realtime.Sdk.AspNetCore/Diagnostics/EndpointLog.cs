using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>
/// The log messages of endpoints, with fixed event IDs: requests 300 to 319, calls 320 to 339. They contain no body, no header, no user and nothing of a conversation.
/// </summary>
internal static partial class EndpointLog
{
    public const string Category = "Realtime.Sdk.RealtimeEndpoints", HostCategory = "Realtime.Sdk.RealtimeCallHost";

    [LoggerMessage(300, LogLevel.Information, "{Endpoint} refused a request with {Status}: {Reason}")]
    public static partial void Refused(ILogger logger, string endpoint, int status, string reason);

    [LoggerMessage(301, LogLevel.Error, "{Endpoint} refused a request, because the callback Prepare threw a {Exception}.")]
    public static partial void PrepareFailed(ILogger logger, string endpoint, PeerText exception, Exception e);

    [LoggerMessage(302, LogLevel.Error, "{Endpoint} could not answer an offer: {Reason}")]
    public static partial void AnswerFailed(ILogger logger, string endpoint, PeerText reason, Exception e);

    [LoggerMessage(303, LogLevel.Error, "{Endpoint} could not create a client secret: {Reason}")]
    public static partial void SecretFailed(ILogger logger, string endpoint, PeerText reason, Exception e);

    [LoggerMessage(304, LogLevel.Error, "{Endpoint} refused a request, because the callback Prepare set {Member}: the server takes no part in the conversations of a client secret. Use MapRealtimeWebRtc.")]
    public static partial void NoConversation(ILogger logger, string endpoint, string member);

    [LoggerMessage(305, LogLevel.Error, "{Endpoint} refused a request, because the agent's Prepare callback added {Members}, which run on the server. Use MapRealtimeWebRtc, or set SessionOnly to leave them out.")]
    public static partial void NoServerSideMembers(ILogger logger, string endpoint, string members);

    [LoggerMessage(306, LogLevel.Critical, "{Endpoint} refused a request, because it has no authorization. Map it before the application starts, and call UseAuthorization before the endpoints.")]
    public static partial void Unprotected(ILogger logger, string endpoint);

    [LoggerMessage(307, LogLevel.Warning, "AllowedHosts is not set, so requests with any host name are accepted. Set it to the host names of the application.")]
    public static partial void AllHostsAllowed(ILogger logger);

    [LoggerMessage(308, LogLevel.Warning, "{Endpoint} could not hang up a call: {Reason}")]
    public static partial void HangUpFailed(ILogger logger, string endpoint, PeerText reason, Exception e);

    [LoggerMessage(309, LogLevel.Error, "{Endpoint} could not open a session for a relay: {Reason}")]
    public static partial void RelayNotOpened(ILogger logger, string endpoint, PeerText reason, Exception e);

    [LoggerMessage(310, LogLevel.Warning, "{Endpoint} closed the session of a relay, because the server did not upgrade the connection of its client: {Reason}")]
    public static partial void NotUpgraded(ILogger logger, string endpoint, PeerText reason);

    [LoggerMessage(311, LogLevel.Warning, "{Endpoint} refused a delivery that could not be verified: {Status}")]
    public static partial void NotVerified(ILogger logger, string endpoint, WebhookStatus status);

    [LoggerMessage(312, LogLevel.Warning, "{Endpoint} acknowledged the delivery {DeliveryId}, whose body could not be read.")]
    public static partial void Unreadable(ILogger logger, string endpoint, PeerText deliveryId);

    [LoggerMessage(313, LogLevel.Debug, "{Endpoint} acknowledged the delivery {DeliveryId}, because it was handled before, or its call was announced before.")]
    public static partial void Duplicate(ILogger logger, string endpoint, PeerText deliveryId);

    [LoggerMessage(314, LogLevel.Error, "{Endpoint} refused a delivery, because the claim store threw a {Exception}, or did not answer in time.")]
    public static partial void ClaimFailed(ILogger logger, string endpoint, PeerText exception, Exception e);

    [LoggerMessage(315, LogLevel.Warning, "{Endpoint} could not release a claim, which lasts for {Duration}: {Reason}")]
    public static partial void NotReleased(ILogger logger, string endpoint, TimeSpan duration, PeerText reason, Exception e);

    [LoggerMessage(316, LogLevel.Error, "{Endpoint} could not accept a telephone call: {Reason}")]
    public static partial void NotAccepted(ILogger logger, string endpoint, PeerText reason, Exception e);

    [LoggerMessage(317, LogLevel.Warning, "{Endpoint} could not reject a telephone call: {Reason}")]
    public static partial void NotRejected(ILogger logger, string endpoint, PeerText reason, Exception e);

    [LoggerMessage(318, LogLevel.Error, "{Endpoint} refused a request, because the callback Prepare has not returned within {Timeout}.")]
    public static partial void PrepareTimedOut(ILogger logger, string endpoint, TimeSpan timeout);

    [LoggerMessage(320, LogLevel.Information, "The call {CallId} of the agent \"{Agent}\" has ended ({Outcome}, {EndReason}) after {Duration}. Tokens: {Tokens}; cost: {Cost}")]
    private static partial void CallEnded(ILogger logger, PeerText callId, PeerText agent, string outcome, string endReason, TimeSpan duration, long tokens, decimal? cost);

    [LoggerMessage(321, LogLevel.Error, "No conversation could be attached to the call {CallId} of the agent \"{Agent}\", which is hung up: {Reason}")]
    private static partial void NotAttached(ILogger logger, PeerText agent, PeerText callId, PeerText reason, Exception e);

    [LoggerMessage(322, LogLevel.Error, "The code of the application for the call {CallId} of the agent \"{Agent}\" threw an exception. The call is hung up.")]
    private static partial void RunFailed(ILogger logger, PeerText agent, PeerText callId, Exception e);

    [LoggerMessage(323, LogLevel.Warning, "The code of the application for the call {CallId} of the agent \"{Agent}\" has not returned within {Timeout} after its token was canceled. It continues to run.")]
    private static partial void RunNotReturned(ILogger logger, PeerText agent, PeerText callId, TimeSpan timeout);

    [LoggerMessage(324, LogLevel.Warning, "The call {CallId} of the agent \"{Agent}\" could not be hung up: {Reason}")]
    private static partial void NotHungUp(ILogger logger, PeerText agent, PeerText callId, PeerText reason, Exception e);

    [LoggerMessage(325, LogLevel.Error, "The call {CallId} of the agent \"{Agent}\" has failed.")]
    private static partial void CallFailed(ILogger logger, PeerText agent, PeerText callId, Exception e);

    [LoggerMessage(326, LogLevel.Information, "The host is stopping. {Calls} calls may continue for {Timeout}.")]
    public static partial void Draining(ILogger logger, int calls, TimeSpan timeout);

    [LoggerMessage(327, LogLevel.Warning, "The host waits no longer, and {Calls} calls are cut off. Set DrainTimeout to less than the ShutdownTimeout of the host.")]
    public static partial void CutOff(ILogger logger, int calls);

    [LoggerMessage(328, LogLevel.Information, "The relay of the session {SessionId} of the agent \"{Agent}\" has ended ({Outcome}, {EndReason}, close code {CloseCode}) after {Duration}. Tokens: {Tokens}; cost: {Cost}")]
    private static partial void RelayEnded(
        ILogger logger, PeerText sessionId, PeerText agent, string outcome, string endReason, int closeCode, TimeSpan duration, long tokens, decimal? cost);

    [LoggerMessage(329, LogLevel.Error, "The callback OnEnded for the call {CallId} of the agent \"{Agent}\" threw a {Exception}, or did not return in time.")]
    public static partial void OnEndedFailed(ILogger logger, PeerText agent, PeerText callId, PeerText exception, Exception e);

    public static void CallEnded(ILogger logger, CallRecord record) => CallEnded(
        logger, PeerText.Sanitize(record.Id), PeerText.Sanitize(record.Agent), record.Outcome.Name(), record.EndReason.Name(), record.Duration, record.Usage.TotalTokens, record.Usage.Cost);

    public static void RelayEnded(ILogger logger, CallRecord record, int closeCode) => RelayEnded(
        logger, PeerText.Sanitize(record.Id), PeerText.Sanitize(record.Agent), record.Outcome.Name(), record.EndReason.Name(), closeCode, record.Duration, record.Usage.TotalTokens,
        record.Usage.Cost);

    public static void NotAttached(ILogger logger, string agent, PeerText callId, PeerText reason, Exception e) => NotAttached(logger, PeerText.Sanitize(agent), callId, reason, e);

    public static void RunFailed(ILogger logger, string agent, PeerText callId, Exception e) => RunFailed(logger, PeerText.Sanitize(agent), callId, e);

    public static void RunNotReturned(ILogger logger, string agent, PeerText callId, TimeSpan timeout) => RunNotReturned(logger, PeerText.Sanitize(agent), callId, timeout);

    public static void NotHungUp(ILogger logger, string agent, PeerText callId, PeerText reason, Exception e) => NotHungUp(logger, PeerText.Sanitize(agent), callId, reason, e);

    public static void CallFailed(ILogger logger, string agent, PeerText callId, Exception e) => CallFailed(logger, PeerText.Sanitize(agent), callId, e);
}
