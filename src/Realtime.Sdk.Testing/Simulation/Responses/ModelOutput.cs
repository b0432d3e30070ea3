namespace Realtime.Sdk.Testing.Internal;

/// <summary>Where a model's words go. All are called under the model's lock and must not wait.</summary>
/// <param name="Send">Takes one message, in order; its memory is valid during the call only.</param>
/// <param name="Flush">Called when the model has said for now what it has to say: only then must the messages leave.</param>
/// <param name="Close">Ends the connection with a code and a reason.</param>
/// <param name="Fail">Ends the connection because code of the user's failed that the options carry.</param>
internal sealed record ModelOutput(Action<ReadOnlyMemory<byte>> Send, Action Flush, Action<int, string> Close, Action<Exception> Fail);
