using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Conversations.Functions;

/// <summary>
/// What a function call allocates, from its event to its output on the socket: responses with nine calls less responses with one. Alone in its collection: other
/// tests would be counted in.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed partial class FunctionAllocationTests
{
    private const int Few = 1, Many = 9, Rounds = 100, Batches = 5, MaxBytes = 2 * 1024;

    private int _number;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_call_allocates_less_than_two_kilobytes(bool isJson, bool hasScopes)
    {
        using var socket = new CountingSocket();
        await using var connection = RealtimeConnection.FromWebSocket(socket);
        await using var services = new ServiceCollection().BuildServiceProvider();
        var function = isJson
            ? AgentFunction.Create("echo", "Echoes.", EchoJson.Default.Word, EchoJson.Default.Word, (word, _, _) => Task.FromResult(word))
            : AgentFunction.Create("echo", "Echoes.", (_, _) => Task.FromResult("soup"));
        var agent = new RealtimeAgent { Name = "agent", Functions = [function] };
        var engine = new ConversationEngine(connection, agent, new() { Services = hasScopes ? services : null }, TimeProvider.System);
        await PerRoundAsync(engine, socket, Many);

        var (few, many) = (await PerRoundAsync(engine, socket, Few), await PerRoundAsync(engine, socket, Many));

        ((many - few) / (Many - Few)).Should().BeInRange(200, MaxBytes);
    }

    /// <summary>The least of several batches: what the runtime does beside the test only ever adds.</summary>
    private async Task<double> PerRoundAsync(ConversationEngine engine, CountingSocket socket, int calls)
    {
        var least = double.MaxValue;
        for (var i = 0; i < Batches; i++)
        {
            var responses = Enumerable.Range(0, Rounds).Select(_ => Events(calls)).ToArray();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            foreach (var events in responses)
            {
                var sent = socket.WhenSent(calls + 1);
                foreach (var serverEvent in events.Calls)
                    engine.Handle(serverEvent);
                await sent.WithTimeout();
                foreach (var serverEvent in events.Last)
                    engine.Handle(serverEvent);
            }
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Rounds);
        }
        return least;
    }

    /// <summary>The events of a response with calls, and of the one that follows.</summary>
    private (ServerEvent[] Calls, ServerEvent[] Last) Events(int calls)
    {
        var (first, last) = (new RealtimeResponse { Id = $"resp_{++_number}" }, new RealtimeResponse { Id = $"resp_{++_number}" });
        ConversationItem[] items =
        [
            .. Enumerable.Range(0, calls).Select(i => new FunctionCallItem { Id = $"item_{_number}_{i}", CallId = $"call_{_number}_{i}", Name = "echo", Arguments = """{"text":"soup"}""", Status = ItemStatus.Completed }),
        ];
        return (
            [
                new ResponseCreatedEvent { Response = first },
                .. items.Select(item => new ResponseOutputItemDoneEvent { ResponseId = first.Id, Item = item }),
                new ResponseDoneEvent { Response = first with { Status = ResponseStatus.Completed, Output = items } },
            ],
            [new ResponseCreatedEvent { Response = last }, new ResponseDoneEvent { Response = last with { Status = ResponseStatus.Completed } }]);
    }

    internal sealed record Word(string Text);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Word))]
    private sealed partial class EchoJson : JsonSerializerContext;

    /// <summary>A socket that receives nothing, and counts the messages that are sent.</summary>
    private sealed class CountingSocket : WebSocket
    {
        private readonly TaskCompletionSource<WebSocketReceiveResult> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? _sent;
        private int _left;

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => _received.Task.IsCompleted ? WebSocketState.Aborted : WebSocketState.Open;

        public override string? SubProtocol => null;

        /// <summary>Completes when so many more messages were sent.</summary>
        public Task WhenSent(int messages)
        {
            (_sent, _left) = (new(TaskCreationOptions.RunContinuationsAsynchronously), messages);
            return _sent.Task;
        }

        public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            if (endOfMessage && Interlocked.Decrement(ref _left) == 0)
                _sent!.SetResult();
            return ValueTask.CompletedTask;
        }

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
            SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => _received.Task.WaitAsync(cancellationToken);

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
}
