using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Realtime.Sdk.Testing;

/// <summary>
/// The remote side of a call: the audio and the data channel to which a WebRTC peer or a telephone is connected. The emulator's model hears the audio
/// that is appended, and speaks in real time, by the emulator's clock. Thread-safe.
/// </summary>
/// <remarks>
/// The audio comes from the emulator's model. A script that drives a sideband connection of the call neither receives nor sends audio unless it lets the
/// model drive the session (<see cref="EmulatorSession.RunModelAsync(bool)"/>).
/// </remarks>
public sealed class EmulatedCallMedia
{
    private const int MaxUnreadFrames = 500, MaxUnreadEvents = 10_000;

    private readonly EmulatorState _state;
    private readonly CallEntry _entry;

    internal EmulatedCallMedia(EmulatorState state, CallEntry entry) => (_state, _entry) = (state, entry);

    /// <summary>The current state of the call.</summary>
    public EmulatedCall Call => _entry.Call;

    /// <summary>The format for <see cref="AppendInput"/>, which is the session's input audio format. A session update may change it.</summary>
    /// <exception cref="InvalidOperationException">The call has not been accepted.</exception>
    /// <exception cref="EmulatorSessionEndedException">The call has ended.</exception>
    public SampleFormat InputFormat => Model().InputFormat;

    /// <summary>
    /// Appends audio of the caller to the model's input audio buffer, as media does, without an event. Append it in real time, including silence, because turn
    /// detection measures audio and not time. Audio that exceeds <see cref="EmulatorModelOptions.MaxInputAudioBytes"/> is dropped.
    /// </summary>
    /// <param name="audio">The audio, in <see cref="InputFormat"/>.</param>
    /// <inheritdoc cref="InputFormat" path="/exception"/>
    public void AppendInput(ReadOnlySpan<byte> audio)
    {
        var copy = audio.ToArray();
        var model = Model();
        model.Run(_ => model.ReceiveAudio(copy));
    }

    /// <summary>
    /// Reads the model's audio from now on, in frames of at most 20 ms, each after it was played. There are no frames while the model is silent. Only the
    /// newest 500 unread frames are kept. Several readers may read at the same time; each gets every frame.
    /// </summary>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The frames, until the call ends.</returns>
    public IAsyncEnumerable<EmulatedAudioFrame> ReadOutputAsync(CancellationToken cancellationToken = default)
    {
        var frames = Channel.CreateBounded<EmulatedAudioFrame>(new BoundedChannelOptions(MaxUnreadFrames) { FullMode = BoundedChannelFullMode.DropOldest });
        var listener = new CallListener(frame => frames.Writer.TryWrite(frame), () => { });
        _entry.Audio.Add(listener);
        _ = CompleteAtEndAsync(frames.Writer);
        return ReadAsync(frames.Reader, () => _entry.Audio.Remove(listener), cancellationToken);
    }

    /// <summary>Sends a client event to the session, as over the data channel <c>oai-events</c>.</summary>
    /// <param name="message">The event as JSON in UTF-8.</param>
    /// <inheritdoc cref="InputFormat" path="/exception"/>
    public void SendEvent(ReadOnlySpan<byte> message) =>
        Model().Receive(ReceivedMessage.Create(message.ToArray(), isTranslation: false, isBinary: false, frames: 1, _state.Time.GetUtcNow()));

    /// <summary>
    /// Opens the data channel <c>oai-events</c> and reads its server events, beginning with <c>session.created</c>. Earlier events are not included, and
    /// audio is not sent as events.
    /// </summary>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The events as JSON in UTF-8, until the call ends.</returns>
    /// <inheritdoc cref="InputFormat" path="/exception"/>
    /// <exception cref="EmulatorExpectationException">There are more than 10,000 unread events; thrown by the enumeration.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadEventsAsync(CancellationToken cancellationToken = default)
    {
        var events = Channel.CreateBounded<ReadOnlyMemory<byte>>(MaxUnreadEvents);
        var output = new ModelOutput(Take, () => { }, (_, _) => events.Writer.TryComplete(), Fail);
        var model = Model();
        model.Join(output);
        _ = CompleteAtEndAsync(events.Writer);
        return ReadAsync(events.Reader, () => model.Leave(output), cancellationToken);

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

    /// <summary>
    /// Ends a ringing or active call from this side: the caller hangs up, or the peer disconnects. Does nothing if the call has ended.
    /// </summary>
    public void HangUp()
    {
        if (_state.Calls.TryEnd(Call.Id, EmulatedCallParty.Caller))
            _state.SimulatedCalls.End(Call.Id);
    }

    /// <summary>Returns the model of the call, and begins its session if necessary.</summary>
    internal SimulatedSession Model()
    {
        if (_state.GetSimulation(_entry.Call.Id) is not { } model)
        {
            throw _entry.Call.State == EmulatedCallState.Ringing
                ? new InvalidOperationException("The call has not been accepted.")
                : new EmulatorSessionEndedException("The call has ended.");
        }
        model.Start();
        return model;
    }

    private async Task CompleteAtEndAsync<T>(ChannelWriter<T> writer)
    {
        await _entry.Ended.ConfigureAwait(false);
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
