using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// A session without a network in which the model calls functions: responses with so many calls, each followed by one that ends the turn. The events are made by
/// hand, so that none is read from JSON; what is sent is written, and counted by the socket.
/// </summary>
internal sealed class CallTalk(CountingSocket socket, Action<ServerEvent> handle, Func<ValueTask> dispose) : IAsyncDisposable
{
    private int _number;

    /// <summary>A response with so many calls, until all outputs and the request of the next response were sent, and that response.</summary>
    public async Task RoundAsync(int calls)
    {
        var id = ++_number;
        var sent = socket.WhenSent(calls + 1);
        var response = new RealtimeResponse { Id = $"resp_calls_{id}", Status = ResponseStatus.InProgress };
        handle(new ResponseCreatedEvent { Response = response });
        var items = new ConversationItem[calls];
        for (var i = 0; i < calls; i++)
        {
            items[i] = new FunctionCallItem
            {
                Id = $"item_{id}_{i}", CallId = $"call_{id}_{i}", Name = CallFunctions.Name, Arguments = CallFunctions.Arguments, Status = ItemStatus.Completed,
            };
            handle(new ResponseOutputItemDoneEvent { ResponseId = response.Id, Item = items[i] });
        }
        handle(new ResponseDoneEvent { Response = response with { Status = ResponseStatus.Completed, Output = items } });
        await sent;
        var last = new RealtimeResponse { Id = $"resp_last_{id}", Status = ResponseStatus.InProgress };
        handle(new ResponseCreatedEvent { Response = last });
        handle(new ResponseDoneEvent { Response = last with { Status = ResponseStatus.Completed, Output = [] } });
    }

    public ValueTask DisposeAsync() => dispose();

    /// <summary>The calls answered by a program on the bare connection: in its reading loop, or each on the thread pool, so that none holds up the loop.</summary>
    public static Task<CallTalk> BareAsync(bool isJson, bool isPooled)
    {
        var socket = new CountingSocket();
        var connection = RealtimeConnection.FromWebSocket(socket);
        var answers = new BareAnswers(connection, isJson, isPooled);
        return Task.FromResult(new CallTalk(socket, answers.Handle, connection.DisposeAsync));
    }

    /// <summary>The calls answered by the functions of an agent.</summary>
    public static async Task<CallTalk> ConversationAsync(bool isJson, bool hasScopes, bool isRead)
    {
        var socket = new CountingSocket();
        var connection = RealtimeConnection.FromWebSocket(socket);
        var agent = new RealtimeAgent { Name = "agent", Session = Talks.Session("calls"), Functions = [CallFunctions.Create(isJson)] };
        var services = hasScopes ? new ServiceCollection().BuildServiceProvider() : null;
        var engine = new ConversationEngine(connection, agent, new() { Services = services }, TimeProvider.System);
        var updates = engine.ReadUpdatesAsync(default).GetAsyncEnumerator();
        engine.Handle(new InputAudioBufferTimeoutTriggeredEvent());
        await updates.MoveNextAsync();
        if (isRead)
            _ = DrainAsync(updates);
        else
            await updates.DisposeAsync();
        return new(socket, engine.Handle, connection.DisposeAsync);
    }

    private static async Task DrainAsync(IAsyncEnumerator<ConversationUpdate> updates)
    {
        while (await updates.MoveNextAsync()) { }
    }

    /// <summary>What a program does that answers calls itself, and asks for one response when all are answered.</summary>
    private sealed class BareAnswers(RealtimeConnection connection, bool isJson, bool isPooled)
    {
        private List<Task> _open = [];

        public void Handle(ServerEvent serverEvent)
        {
            if (serverEvent is ResponseOutputItemDoneEvent { Item: FunctionCallItem call })
                _open.Add(isPooled ? Task.Run(() => AnswerAsync(call)) : AnswerAsync(call));
            else if (serverEvent is ResponseDoneEvent && _open.Count > 0)
                _ = ContinueAsync(Interlocked.Exchange(ref _open, []));
        }

        private async Task AnswerAsync(FunctionCallItem call)
        {
            var output = isJson ? await JsonAsync(call) : await CallFunctions.TextAsync();
            await connection.SendAsync(new ConversationItemCreateEvent { Item = new FunctionCallOutputItem { CallId = call.CallId!, Output = output } });
        }

        private static async Task<string> JsonAsync(FunctionCallItem call)
        {
            var order = JsonSerializer.Deserialize(call.Arguments, CallJson.Default.CallOrder)!;
            return JsonSerializer.Serialize(await CallFunctions.OrderAsync(order), CallJson.Default.CallReceipt);
        }

        private async Task ContinueAsync(List<Task> answers)
        {
            await Task.WhenAll(answers);
            await connection.SendAsync(new ResponseCreateEvent());
        }
    }
}

/// <summary>The functions of these rows, which do next to nothing: one returns text, the other reads and writes JSON.</summary>
internal static class CallFunctions
{
    public const string Name = "place_order", Arguments = """{"dish":"tomato soup","count":2}""";

    private static readonly Task<string> Text = Task.FromResult("Two soups. They will be with you in a moment.");

    public static Task<string> TextAsync() => Text;

    public static Task<CallReceipt> OrderAsync(CallOrder order) => Task.FromResult(new CallReceipt(order.Count, "in a moment"));

    public static AgentFunction Create(bool isJson) => isJson
        ? AgentFunction.Create(Name, "Sends an order.", CallJson.Default.CallOrder, CallJson.Default.CallReceipt, (order, _, _) => OrderAsync(order))
        : AgentFunction.Create(Name, "Sends an order.", (_, _) => TextAsync());
}

internal sealed record CallOrder(string Dish, int Count);

internal sealed record CallReceipt(int Number, string When);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CallOrder))]
[JsonSerializable(typeof(CallReceipt))]
internal sealed partial class CallJson : JsonSerializerContext;

/// <summary>A socket that receives nothing, and counts the messages that are sent.</summary>
internal sealed class CountingSocket : WebSocket
{
    private readonly TaskCompletionSource<ValueWebSocketReceiveResult> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _sent;
    private int _left;

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => _received.Task.IsCompleted ? WebSocketState.Aborted : WebSocketState.Open;

    public override string? SubProtocol => null;

    /// <summary>Completes when so many more messages were sent.</summary>
    public Task WhenSent(int messages)
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_sent, _left) = (sent, messages);
        return sent.Task;
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (endOfMessage && Interlocked.Decrement(ref _left) == 0)
            _sent!.SetResult();
        return ValueTask.CompletedTask;
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        await _received.Task.WaitAsync(cancellationToken);

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new(result.Count, result.MessageType, result.EndOfMessage);
    }

    public override void Abort() => _received.TrySetException(new WebSocketException(WebSocketError.ConnectionClosedPrematurely));

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        Abort();
        return Task.CompletedTask;
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseAsync(closeStatus, statusDescription, cancellationToken);

    public override void Dispose() => Abort();
}
