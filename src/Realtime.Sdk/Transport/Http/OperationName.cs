namespace Realtime.Sdk.Internal;

/// <summary>The two names of an operation of the public API.</summary>
/// <param name="Method">The C# name, for exceptions, for example <c>Calls.AcceptAsync</c>.</param>
/// <param name="Telemetry">The name in traces, metrics and logs, for example <c>accept_call</c>.</param>
internal readonly record struct OperationName(string Method, string Telemetry);
