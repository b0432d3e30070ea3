namespace Realtime.Sdk.Testing.Internal;

/// <summary>Where a model's words go. Both are called under the model's lock and must not wait.</summary>
/// <param name="Send">Takes one message, in order.</param>
/// <param name="Close">Ends the session with a code and a reason.</param>
internal sealed record ModelOutput(Action<ReadOnlyMemory<byte>> Send, Action<int, string> Close);
