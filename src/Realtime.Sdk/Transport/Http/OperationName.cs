namespace Realtime.Sdk.Internal;

/// <summary>The two names of a call of the public API.</summary>
/// <param name="Method">Its name in C#, for exceptions, for example <c>Calls.AcceptAsync</c>.</param>
/// <param name="Telemetry">Its name in traces, metrics and logs, for example <c>accept_call</c>.</param>
internal readonly record struct OperationName(string Method, string Telemetry);
