using System.Threading.Channels;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>A live source of the user's audio, which says something when the test asks, and shows what the server got of it.</summary>
internal sealed class Microphone : IAsyncDisposable
{
    private static readonly byte[] Piece = Sounds.Speech(0.02);

    private readonly Channel<ReadOnlyMemory<byte>> _audio = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly ScriptedConversation _talk;

    public Microphone(ScriptedConversation talk)
    {
        _talk = talk;
        Listening = talk.Conversation.ListenAsync(AudioSource.FromChunks(_audio.Reader.ReadAllAsync()));
    }

    public Task Listening { get; }

    /// <summary>Says something, and returns what the server got.</summary>
    public async Task<byte[]> SayAsync()
    {
        var before = _talk.Server.ReceivedAudio.Length;
        await _audio.Writer.WriteAsync(Piece);
        await _talk.Server.WhenReceivedAsync<InputAudioBufferAppendEvent>(_ => _talk.Server.ReceivedAudio.Length >= before + Piece.Length).WithTimeout();
        return _talk.Server.ReceivedAudio[before..].ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        _audio.Writer.TryComplete();
        await _talk.Conversation.DisposeAsync();
        await Listening.WithTimeout();
    }
}
