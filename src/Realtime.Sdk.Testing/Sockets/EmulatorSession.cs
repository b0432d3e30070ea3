using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>
/// The server's end of one WebSocket, with which a script or a test sends messages, expects messages, and simulates faults. Thread-safe; messages are
/// sent in the order of the calls.
/// </summary>
public sealed partial class EmulatorSession
{
    private static readonly TimeSpan MaxClosing = TimeSpan.FromSeconds(2);

    private readonly EmulatorState _state;
    private readonly EmulatorConnection _connection;
    private readonly Stream _stream;
    private readonly FrameQueue _outgoing;
    private readonly Inbox _inbox;
    private readonly ConnectionTracker? _tracker;
    private readonly Lock _lock = new();
    private readonly List<ReceivedMessage> _received = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Async-local, because a test calls the same methods as the script, but only the waits of a script end work that is counted.
    private readonly AsyncLocal<bool> _inScript = new();
    private JsonObject _session;
    private bool _clientClosedFirst;

    internal EmulatorSession(
        EmulatorState state, EmulatorConnection connection, Stream stream, RecordedRequest request, SessionTarget target)
    {
        _state = state;
        _connection = connection;
        _stream = stream;
        _tracker = connection.Tracker;
        _outgoing = new(stream, state, _tracker);
        _inbox = new(state.ActivityTracker);
        _session = target.Session;
        Request = request;
        Target = target;
        Model = target.CallId is { } callId ? state.Calls.GetModel(callId) : new();
    }

    /// <summary>The ID of the session, as in <c>session.created</c>.</summary>
    public string Id => (string)_session["id"]!;

    /// <summary>The request that opened the session, including its headers and query.</summary>
    public RecordedRequest Request { get; }

    /// <summary>
    /// Every message so far, in the order received. Empty if <see cref="RealtimeEmulatorOptions.KeepsHistory"/> is <see langword="false"/>.
    /// </summary>
    public IReadOnlyList<ReceivedMessage> Received
    {
        get
        {
            lock (_lock)
                return [.. _received];
        }
    }

    /// <summary>
    /// The rules of the model for this session only. They take precedence over <see cref="RealtimeEmulator.Model"/>. All connections that join a call
    /// share the rules of the call.
    /// </summary>
    public EmulatorModel Model { get; }

    /// <summary>The effective session, with all updates applied.</summary>
    public RealtimeSession Session => RealtimeJson.Deserialize<RealtimeSession>(WireJson.Bytes(_session).Span);

    /// <summary>The audio that the client has appended so far, whether or not it was committed or cleared, in the format of the client.</summary>
    public ReadOnlyMemory<byte> ReceivedAudio => Received
        .Select(message => message.Event switch
        {
            InputAudioBufferAppendEvent append => append.Audio,
            TranslationSessionInputAudioBufferAppendEvent append => append.Audio,
            _ => default,
        })
        .SelectMany(audio => audio.ToArray())
        .ToArray();

    /// <summary>The code of the client's close frame: 1005 if the frame had no code, null if the client has not sent a close frame.</summary>
    public int? CloseCode { get; private set; }

    /// <summary>The reason of the client's close frame; null if the client has not sent a close frame.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>
    /// A task that completes when both the connection and the script have ended. If the script fails, the task fails immediately with its exception. The
    /// connection stays open when the script returns.
    /// </summary>
    public Task Completion => _completion.Task;

    internal SessionTarget Target { get; }

    /// <summary>Whether the emulator ended the session, so that nothing can be expected from the client.</summary>
    private bool EndedByEmulator => !_clientClosedFirst && (_connection.IsOver || _outgoing.HasClosed || _state.Stopping.IsCancellationRequested);

    /// <summary>Serves the connection until it ends.</summary>
    internal async Task RunAsync(Func<EmulatorSession, Task> script)
    {
        _state.ActivityTracker.Enter();
        var driving = DriveAsync(script);
        try
        {
            await ReceiveAsync(_state.Stopping).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // code of the test may fail here, for example its clock, and must not leave the script waiting and the session running
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(e).ConfigureAwait(false);
        }
        _inbox.Complete();
        EndExpectations();
        _tracker?.End();

        // Waiting for the script is not work. The script is counted by itself.
        _state.ActivityTracker.Leave();
        await driving.ConfigureAwait(false);
        _state.ActivityTracker.Enter();
        _completion.TrySetResult();
    }

    private async Task DriveAsync(Func<EmulatorSession, Task> script)
    {
        _inScript.Value = true;
        try
        {
            // On the thread pool, because receiving starts only when this method returns, and a script may block before its first await.
            await Task.Run(() => script(this)).ConfigureAwait(false);
        }
        catch (EmulatorSessionEndedException)
        {
            // The session ended before the script did, which is not a failure of the script.
        }
#pragma warning disable CA1031 // a script may fail in any way: the failure is kept for Completion and for the emulator's end
        catch (Exception e)
#pragma warning restore CA1031
        {
            await FailAsync(e).ConfigureAwait(false);
        }
        finally
        {
            _inbox.DiscardOldest();
            _state.ActivityTracker.Leave();
        }
    }

    private async Task FailAsync(Exception failure)
    {
        _state.Sessions.Fail(failure);
        await TryCloseAsync(1011, "The emulator's script failed.").ConfigureAwait(false);
        _completion.TrySetException(failure);

        // Observes the exception: Completion need not be awaited, because the emulator throws the failure when it is disposed.
        _ = _completion.Task.Exception;
    }

    private async Task ReceiveAsync(CancellationToken stopping)
    {
        using var reader = new FrameReader(buffer => FillAsync(buffer, stopping), _state.Options.MaxMessageBytes);
        try
        {
            ClientFrame? frame;
            do
            {
                _state.ActivityTracker.Leave();
                try
                {
                    await WaitForSpaceAsync(stopping).ConfigureAwait(false);
                    frame = await reader.NextAsync().ConfigureAwait(false);
                }
                finally
                {
                    _state.ActivityTracker.Enter();
                }
            }
            while (frame is { } received && !await HandleFrameAsync(received).ConfigureAwait(false));
        }
        catch (FrameException e)
        {
            await RejectAsync(e, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The emulator stops while the inbox is full.
        }
    }

    private async ValueTask WaitForSpaceAsync(CancellationToken stopping)
    {
        var space = _inbox.WaitForSpaceAsync(stopping);
        if (space.IsCompletedSuccessfully)
            return;
        _tracker?.PauseReceiving();
        await space.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _tracker?.ResumeReceiving();

        // Again, to throw if the wait was canceled.
        await space.ConfigureAwait(false);
    }

    /// <summary>Handles a frame. Returns true if it ends the session.</summary>
    private async ValueTask<bool> HandleFrameAsync(ClientFrame frame)
    {
        // The client counts only messages and closes as sent.
        if (frame.Kind is not (FrameKind.Ping or FrameKind.Pong))
            _tracker?.Receive();
        switch (frame.Kind)
        {
            case FrameKind.Ping:
                await PongAsync(frame.Payload).ConfigureAwait(false);
                return false;
            case FrameKind.Pong:
                return false;
            case FrameKind.Close:
                return await HandleCloseAsync(frame.Payload).ConfigureAwait(false);
            default:
                AddMessage(frame.Payload, frame.Kind == FrameKind.Binary, frame.Count);
                return false;
        }
    }

    /// <summary>Closes a connection whose client has violated the protocol or a limit.</summary>
    private async Task RejectAsync(FrameException reason, CancellationToken stopping)
    {
        _tracker?.PauseReceiving();
        await TryCloseAsync(reason.Code, reason.Message).ConfigureAwait(false);
        End(ConnectionFailure.Fin);

        // The remaining bytes must be read: the operating system would reset a connection with unread bytes before the client has read the close. The time is
        // limited, because the client may never stop sending.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(MaxClosing);
        var discarded = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(discarded, deadline.Token).ConfigureAwait(false) > 0)
                continue;
        }
        catch (Exception e) when (ConnectionLoss.Matches(e))
        {
            // The connection has ended, or the deadline has passed.
        }
    }

    private async ValueTask<bool> HandleCloseAsync(ReadOnlyMemory<byte> payload)
    {
        CloseCode = payload.Length >= 2 ? (payload.Span[0] << 8) | payload.Span[1] : 1005;
        CloseReason = payload.Length > 2 ? Encoding.UTF8.GetString(payload.Span[2..]) : "";
        _clientClosedFirst = !_outgoing.HasClosed;
        if (!AnswersClose)
            return false;
        if (!_outgoing.HasClosed)
            await TrySendAsync(FrameKind.Close, payload).ConfigureAwait(false);
        return true;
    }

    private void AddMessage(byte[] bytes, bool isBinary, int frames)
    {
        var message = ReceivedMessage.Create(bytes, Target.IsTranslation, isBinary, frames, _state.Time.GetUtcNow());
        lock (_lock)
        {
            if (_state.Options.KeepsHistory)
                _received.Add(message);
            NotifyExpectations(message);
        }
        _state.NotifyTraffic(this, isFromClient: true, message.Bytes);
        _inbox.Add(message);
    }
}
