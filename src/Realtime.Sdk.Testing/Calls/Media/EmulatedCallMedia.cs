using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Realtime.Sdk.Testing;

/// <summary>
/// The other side of a call, where its audio and its data channel end: what a WebRTC stack or a telephone is connected to. The emulator's model hears
/// what is appended and speaks in real time, by the emulator's clock. Safe to use from any thread.
/// </summary>
/// <remarks>
/// The audio is that of the emulator's model. A script that drives a sideband of the call neither hears it nor speaks, unless it lets the model
/// attend (<see cref="EmulatorSession.AttendAsync(bool)"/>).
/// </remarks>
public sealed class EmulatedCallMedia
{
    private const int MaxUnreadFrames = 500, MaxUnreadEvents = 10_000;

    private readonly EmulatorState _state;
    private readonly CallLine _line;

    internal EmulatedCallMedia(EmulatorState state, CallLine line) => (_state, _line) = (state, line);

    /// <summary>The call as it stands.</summary>
    public EmulatedCall Call => _line.Call;

    /// <summary>The format that <see cref="AppendInput"/> takes: that of the session's input, which an update may change.</summary>
    /// <exception cref="InvalidOperationException">The call has not been accepted.</exception>
    /// <exception cref="EmulatorSessionEndedException">The call is over.</exception>
    public SampleFormat InputFormat => Model().InputFormat;

    /// <summary>
    /// Appends audio of the caller to the model's input buffer, as media does it: without an event. Append it at the pace at which it is spoken, silence
    /// included, since turn detection counts audio and not time. What exceeds <see cref="EmulatorModelOptions.MaxInputAudio"/> is dropped.
    /// </summary>
    /// <param name="audio">The audio, in <see cref="InputFormat"/>.</param>
    /// <inheritdoc cref="InputFormat" path="/exception"/>
    public void AppendInput(ReadOnlySpan<byte> audio)
    {
        var copy = audio.ToArray();
        var model = Model();
        model.Run(_ => model.Hear(copy));
    }

    /// <summary>
    /// Reads what the model says from here on, in frames of at most 20 ms, each once it has been played. There are no frames while it is silent. Of
    /// what is not read, the newest 500 frames are kept. Any number of readers at once.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The frames, to the end of the call.</returns>
    public IAsyncEnumerable<EmulatedAudio> ReadOutputAsync(CancellationToken cancellationToken = default)
    {
        var frames = Channel.CreateBounded<EmulatedAudio>(new BoundedChannelOptions(MaxUnreadFrames) { FullMode = BoundedChannelFullMode.DropOldest });
        var listener = new CallListener(frame => frames.Writer.TryWrite(frame), () => { });
        _line.Audio.Add(listener);
        _ = CompleteAtEndAsync(frames.Writer);
        return ReadAsync(frames.Reader, () => _line.Audio.Remove(listener), cancellationToken);
    }

    /// <summary>Sends a client event to the session, as the data channel <c>oai-events</c> does it.</summary>
    /// <param name="message">The event as JSON in UTF-8.</param>
    /// <inheritdoc cref="InputFormat" path="/exception"/>
    public void SendEvent(ReadOnlySpan<byte> message) =>
        Model().Receive(ReceivedMessage.Of(message.ToArray(), isTranslation: false, isBinary: false, frames: 1, _state.Time.GetUtcNow()));

    /// <summary>
    /// Reads the server events of the data channel <c>oai-events</c>, which opens with this call: <c>session.created</c> comes first, and nothing of what
    /// was before. Audio is not among the events.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The events as JSON in UTF-8, to the end of the call.</returns>
    /// <inheritdoc cref="InputFormat" path="/exception"/>
    /// <exception cref="EmulatorExpectationException">More than 10,000 events were not read; thrown by the enumeration.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadEventsAsync(CancellationToken cancellationToken = default)
    {
        var events = Channel.CreateBounded<ReadOnlyMemory<byte>>(MaxUnreadEvents);
        var output = new ModelOutput(Take, () => { }, (_, _) => events.Writer.TryComplete(), Fail);
        var model = Model();
        model.Join(output);
        _ = CompleteAtEndAsync(events.Writer);
        return ReadAsync(events.Reader, () => model.Part(output), cancellationToken);

        void Take(ReadOnlyMemory<byte> message)
        {
            if (!events.Writer.TryWrite(message.ToArray()))
                events.Writer.TryComplete(new EmulatorExpectationException($"More than {MaxUnreadEvents} events of the call were not read."));
        }

        void Fail(Exception failure)
        {
            _state.Sessions.Fail(failure);
            events.Writer.TryComplete();
        }
    }

    /// <summary>Ends the call from this side, ringing or accepted: the telephone is hung up, or the peer has left. Does nothing when it is over.</summary>
    public void HangUp()
    {
        if (_state.Calls.TryEnd(Call.Id, EmulatedCallParty.Caller))
            _state.SimulatedCalls.End(Call.Id);
    }

    /// <summary>The model of the call.</summary>
    internal SimulatedSession Model()
    {
        if (_state.SimulationOf(_line.Call.Id) is not { } model)
        {
            throw _line.Call.State == EmulatedCallState.Ringing
                ? new InvalidOperationException("The call has not been accepted.")
                : new EmulatorSessionEndedException("The call is over.");
        }
        model.Start();
        return model;
    }

    private async Task CompleteAtEndAsync<T>(ChannelWriter<T> writer)
    {
        await _line.Over.ConfigureAwait(false);
        writer.TryComplete();
    }

    private static async IAsyncEnumerable<T> ReadAsync<T>(ChannelReader<T> reader, Action leave, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var next in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return next;
        }
        finally
        {
            leave();
        }
    }
}
