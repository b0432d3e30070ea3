using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Realtime.Sdk;

/// <summary>The same voice agent, on a connection.</summary>
internal sealed partial class WaiterByHand : IDisposable
{
    private static readonly TimeSpan FunctionTimeout = TimeSpan.FromMinutes(1);

    private static readonly RealtimeSessionConfiguration Session = new()
    {
        Model = "gpt-realtime-2.1",
        Instructions = "Take the order. Be brief.",
        Audio = new()
        {
            Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } },
            Output = new() { Voice = Voice.Marin },
        },
        Tools =
        [
            new FunctionTool { Name = "place_order", Description = "Sends an order to the kitchen.", Parameters = JsonSchema.FromType(ByHandJson.Default.Order) },
            new FunctionTool { Name = "get_hours", Description = "Returns the opening hours." },
        ],
    };

    private readonly RealtimeConnection _connection;
    private readonly AudioPlayer _speaker;
    private readonly Kitchen _kitchen;
    private readonly Action<string> _print;
    private readonly CancellationTokenSource _stop;

    // Audio that waits for the speaker. An entry without an item marks the end of a response.
    private readonly Channel<(Reply Reply, SpokenItem? Item, ReadOnlyMemory<byte> Audio)> _audio =
        Channel.CreateUnbounded<(Reply Reply, SpokenItem? Item, ReadOnlyMemory<byte> Audio)>();

    // The loop over the events, the playback and the functions share everything below.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Reply> _replies = [];          // responses that are being generated
    private readonly List<Reply> _audible = [];                         // responses that were not heard to the end
    private readonly HashSet<string> _calls = [];                       // the calls that were started, each once
    private readonly List<Task> _functions = [];
    private readonly List<ResponseCreateEvent> _due = [];               // responses to request
    private ResponseCreateEvent? _requested;                            // the request that the server may still refuse
    private ResponseCreateEvent? _goodbye;
    private ResponseUsage? _usage;
    private TimeSpan _written;
    private int _openCalls;
    private bool _isResponding;
    private bool _isUserSpeaking;
    private bool _isAnswerDue;                                          // the server is about to answer the user by itself

    private WaiterByHand(RealtimeConnection connection, AudioPlayer speaker, Kitchen kitchen, Action<string> print, CancellationToken stop)
    {
        (_connection, _speaker, _kitchen, _print) = (connection, speaker, kitchen, print);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    public static async Task RunAsync(
        RealtimeClient client, Stream microphone, AudioPlayer speaker, Kitchen kitchen, Action<string> print, CancellationToken stop)
    {
        await using var connection = await client.ConnectAsync(Session, stop);
        using var waiter = new WaiterByHand(connection, speaker, kitchen, print, stop);
        await waiter.RunAsync(microphone);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(Stream microphone)
    {
        var playing = PlayAsync();
        await RequestAsync(NewRequest("Greet the guest."));
        var listening = ListenAsync(microphone);
        try
        {
            await foreach (var received in _connection.ReadEventsAsync(_stop.Token))
                await HandleAsync(received);
        }
        finally
        {
            // The functions that still run are canceled, and nothing more is sent.
            await _stop.CancelAsync();
            await Task.WhenAll([playing, listening, .. _functions]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _print($"Tokens: {_usage?.TotalTokens}");
    }

    private async Task ListenAsync(Stream microphone)
    {
        try
        {
            await _connection.AppendAudioAsync(microphone, _stop.Token);
            await _connection.AppendAudioAsync(new byte[48_000], _stop.Token);      // a second of silence ends the last turn
        }
        catch (Exception e) when (e is not (OperationCanceledException or RealtimeException))
        {
            _print($"! The microphone failed: {e.Message}");
        }

        // The guest has hung up.
        lock (_lock)
            _goodbye = NewRequest("Say goodbye.");
        await RequestAsync(_goodbye);
    }

    private async Task HandleAsync(ServerEvent received)
    {
        switch (received)
        {
            case ResponseCreatedEvent { Response: var response }:
                lock (_lock)
                {
                    _replies[response.Id] = new();
                    (_isResponding, _isAnswerDue) = (true, false);
                }
                break;
            case ResponseOutputAudioDeltaEvent audio:
                await ReceiveAsync(audio);
                break;
            case ResponseOutputAudioTranscriptDeltaEvent transcript:
                lock (_lock)
                    _replies.GetValueOrDefault(transcript.ResponseId)?.Transcript.Append(transcript.Delta);
                break;
            case ResponseOutputItemDoneEvent { Item: FunctionCallItem call } done:
                lock (_lock)
                    Start(_replies.GetValueOrDefault(done.ResponseId), call);
                break;
            case ResponseDoneEvent { Response: var response }:
                await FinishAsync(response);
                break;
            case InputAudioBufferSpeechStartedEvent:
                await InterruptAsync();
                break;
            case InputAudioBufferSpeechStoppedEvent:
                lock (_lock)
                    (_isUserSpeaking, _isAnswerDue) = (false, true);
                break;
            case ConversationItemInputAudioTranscriptionCompletedEvent { Transcript: var transcript }:
                _print($"User: {transcript}");
                break;
            case ErrorEvent { Error: var error }:
                await FailAsync(error);
                break;
        }
    }

    // Responses: one at a time, and none while the user speaks or the server is about to answer.

    private static ResponseCreateEvent NewRequest(string? instructions = null) => new()
    {
        EventId = $"request_{Guid.NewGuid():N}",
        Response = instructions is null ? null : new() { Instructions = $"{Session.Instructions}\n\n{instructions}" },   // they replace those of the session
    };

    private Task RequestAsync(ResponseCreateEvent request, bool isFirst = false)
    {
        lock (_lock)
            _due.Insert(isFirst ? 0 : _due.Count, request);
        return RequestNextAsync();
    }

    private async Task RequestNextAsync()
    {
        ResponseCreateEvent next;
        lock (_lock)
        {
            if (_due.Count == 0 || _requested is not null || _isResponding || _isUserSpeaking || _isAnswerDue)
                return;
            next = _due[0];
            if (next == _goodbye && _openCalls > 0)
                return;
            _due.RemoveAt(0);
            _requested = next;
        }
        await _connection.SendAsync(next, _stop.Token);
    }

    private async Task FailAsync(RealtimeError error)
    {
        ResponseCreateEvent? refused = null;
        lock (_lock)
        {
            if (_requested is not null && error.EventId == _requested.EventId)
                (refused, _requested) = (_requested, null);
        }
        if (refused is not null && error.Code == "conversation_already_has_active_response")
        {
            // The server began a response at the same moment. Ours is requested again when that one is done.
            await RequestAsync(refused, isFirst: true);
            return;
        }
        _print($"! {error.Message}");
        if (refused is not null && refused == _goodbye)
            await _connection.CloseAsync(_stop.Token);
    }

    private async Task FinishAsync(RealtimeResponse response)
    {
        var reply = new Reply();
        lock (_lock)
        {
            if (_replies.Remove(response.Id, out var known))
                reply = known;
            foreach (var call in response.GetFunctionCalls())
                Start(reply, call);                                     // those for which there was no event
            reply.IsDone = true;
            reply.WasCompleted = response.Status == ResponseStatus.Completed;
            reply.IsGoodbye = _requested is not null && _requested == _goodbye;
            _usage += response.Usage;
            _isResponding = false;
            _requested = null;                                          // it was not refused, so this was its response
        }
        if (response.Status == ResponseStatus.Failed)
            _print($"! The response failed: {response.StatusDetails?.Error?.Message}");
        await _audio.Writer.WriteAsync((reply, null, default), _stop.Token);
        await FollowUpAsync(reply);
    }

    // Functions: off the loop, once for each call, and one response after all outputs of a response.

    private void Start(Reply? reply, FunctionCallItem call)
    {
        var isWhole = call.Status is null || call.Status == ItemStatus.Completed;
        if (reply is null || call.CallId is not { } callId || !isWhole || !_calls.Add(callId))
            return;
        reply.Calls++;
        reply.OpenCalls++;
        _openCalls++;
        _functions.RemoveAll(function => function.IsCompleted);
        _functions.Add(RunFunctionAsync(reply, callId, call));
    }

    private async Task RunFunctionAsync(Reply reply, string callId, FunctionCallItem call)
    {
        await Task.Yield();                                             // the loop reads on
        var (status, result) = await InvokeAsync(call);
        await _connection.SendToolOutputAsync(callId, result, _stop.Token);
        _print($"[{call.Name} {status}]");
        lock (_lock)
        {
            reply.OpenCalls--;
            _openCalls--;
        }
        await FollowUpAsync(reply);
    }

    private async Task<(string Status, string Result)> InvokeAsync(FunctionCallItem call)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(FunctionTimeout);
        try
        {
            switch (call.Name)
            {
                case "place_order":
                    var order = call.ReadArguments(ByHandJson.Default.Order);
                    var minutes = await _kitchen.CookAsync(order.Dish, order.Count, limit.Token).WaitAsync(limit.Token);
                    return ("Completed", JsonSerializer.Serialize(new Receipt(minutes), ByHandJson.Default.Receipt));
                case "get_hours":
                    return ("Completed", "11 am to 10 pm");
                default:
                    return ("Failed", "Error: there is no such function.");
            }
        }
        catch (RealtimeProtocolException e)
        {
            return ("Failed", $"Error: {e.Message}");
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return ("TimedOut", "Error: the function did not return in time.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _print($"! {call.Name}: {e.Message}");
            return ("Failed", "Error: the function failed.");            // the model, and the guest, do not need the exception
        }
    }

    private Task FollowUpAsync(Reply reply)
    {
        lock (_lock)
        {
            if (reply is { IsDone: true, WasCompleted: true, Calls: > 0, OpenCalls: 0, HasFollowUp: false })
            {
                reply.HasFollowUp = true;
                _due.Insert(0, NewRequest());
            }
        }
        return RequestNextAsync();
    }

    // Playback: by a task of its own, because the speaker takes audio no faster than it plays.

    private async Task ReceiveAsync(ResponseOutputAudioDeltaEvent audio)
    {
        Reply? reply;
        SpokenItem? item, unwanted = null;
        lock (_lock)
        {
            if (!_replies.TryGetValue(audio.ResponseId, out reply))
                return;
            item = reply.Items.Find(known => known.Id == audio.ItemId);
            if (item is null)
                reply.Items.Add(item = new(audio.ItemId));
            if (reply.IsCut)
                unwanted = item.IsCut ? null : item;
            else if (!_audible.Contains(reply))
                _audible.Add(reply);
            if (!reply.IsCut)
                item.Received += _speaker.Format.DurationOf(audio.Delta.Length);
            item.IsCut |= reply.IsCut;
        }
        if (unwanted is not null)
            await _connection.DeleteItemAsync(unwanted.Id, _stop.Token);
        if (!item.IsCut)
            await _audio.Writer.WriteAsync((reply, item, audio.Delta), _stop.Token);
    }

    private async Task PlayAsync()
    {
        try
        {
            await foreach (var (reply, item, audio) in _audio.Reader.ReadAllAsync(_stop.Token))
            {
                if (item is null)
                {
                    await HearToEndAsync(reply);
                    continue;
                }
                Task writing;
                lock (_lock)
                {
                    // Under the lock, so that an interruption either skips this audio or discards it.
                    if (item.IsCut)
                        continue;
                    item.Start ??= _written;
                    _written += _speaker.Format.DurationOf(audio.Length);
                    writing = _speaker.WriteAsync(audio, _stop.Token).AsTask();
                }
                await writing;
            }
        }
        catch (Exception e) when (e is not (OperationCanceledException or RealtimeException))
        {
            _print($"! The speaker failed: {e.Message}");
            await _connection.CloseAsync(_stop.Token);
        }
    }

    private async Task HearToEndAsync(Reply reply)
    {
        await _speaker.DrainAsync(_stop.Token);
        bool wasHeard;
        lock (_lock)
            wasHeard = _audible.Remove(reply);
        if (wasHeard)
            _print($"Agent: {reply.Transcript}");
        if (reply.IsGoodbye)
            await _connection.CloseAsync(_stop.Token);
    }

    private async Task InterruptAsync()
    {
        Reply[] interrupted;
        lock (_lock)
        {
            // The server has canceled the response that it generates. What has still arrived of it, or will, is not played.
            _isUserSpeaking = true;
            interrupted = [.. _audible];
            _audible.Clear();
            foreach (var reply in _replies.Values.Concat(interrupted))
            {
                reply.IsCut = true;
                reply.Items.ForEach(item => item.IsCut = true);
            }
        }
        if (interrupted.Length == 0)
            return;

        // The server is informed of what was heard, so that the model does not assume that the guest knows the rest.
        var position = await _speaker.StopAsync(_stop.Token);
        lock (_lock)
            _written = position;
        foreach (var reply in interrupted)
        {
            foreach (var item in reply.Items)
            {
                item.Heard = item.Start is { } start ? Clamp(position - start, item.Received) : TimeSpan.Zero;
                if (item.Heard < TimeSpan.FromMilliseconds(1))
                    await _connection.DeleteItemAsync(item.Id, _stop.Token);
                else if (item.Heard < item.Received || !reply.IsDone)
                    await _connection.TruncateItemAsync(item.Id, item.Heard, _stop.Token);
            }
            _print($"Agent: {HeardText(reply)} …");
        }
    }

    private static TimeSpan Clamp(TimeSpan heard, TimeSpan received) => TimeSpan.FromTicks(Math.Clamp(heard.Ticks, 0, received.Ticks));

    /// <summary>Estimates the words that were heard: the server does not report the times of words.</summary>
    private static string HeardText(Reply reply)
    {
        var (heard, received) = (reply.Items.Sum(item => item.Heard.Ticks), reply.Items.Sum(item => item.Received.Ticks));
        var text = reply.Transcript.ToString();
        var end = (int)(text.Length * heard / Math.Max(1, received));
        return end >= text.Length ? text : text[..Math.Max(0, text.LastIndexOf(' ', end))];
    }

    private sealed class Reply
    {
        public readonly StringBuilder Transcript = new();
        public readonly List<SpokenItem> Items = [];
        public int Calls, OpenCalls;
        public bool IsDone, WasCompleted, IsGoodbye, IsCut, HasFollowUp;
    }

    private sealed class SpokenItem(string id)
    {
        public readonly string Id = id;
        public TimeSpan? Start;
        public TimeSpan Received, Heard;
        public bool IsCut;
    }

    internal sealed record Order(string Dish, int Count);

    internal sealed record Receipt(int Minutes);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Order)), JsonSerializable(typeof(Receipt))]
    private sealed partial class ByHandJson : JsonSerializerContext;
}
