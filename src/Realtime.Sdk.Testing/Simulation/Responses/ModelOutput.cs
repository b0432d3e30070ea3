namespace Realtime.Sdk.Testing.Internal;

/// <summary>The output of a model to one connection. All callbacks run under the model's lock and must not wait.</summary>
/// <param name="Send">Sends one message, in order; its memory is valid only during the call.</param>
/// <param name="Flush">Called after a batch of messages. They need not be sent before that.</param>
/// <param name="Close">Ends the connection with a code and a reason.</param>
/// <param name="Fail">Ends the connection because a callback of the test failed.</param>
internal sealed record ModelOutput(Action<ReadOnlyMemory<byte>> Send, Action Flush, Action<int, string> Close, Action<Exception> Fail);
