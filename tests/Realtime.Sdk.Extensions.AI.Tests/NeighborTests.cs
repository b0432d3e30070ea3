using System.IO.Pipelines;
using Microsoft.Agents.AI;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>Tools of MCP servers and agents of Microsoft.Agents.AI run as functions of an agent.</summary>
public sealed class NeighborTests
{
    [Fact]
    public async Task Tools_of_an_MCP_server_run_in_an_agent()
    {
        await using var library = await Library.StartAsync(
            McpServerTool.Create((string title) => $"{title}: shelf 7", new() { Name = "find_book", Description = "Finds a book." }),
            McpServerTool.Create(string (string title) => throw new InvalidOperationException("secret"), new() { Name = "lend_book" }));
        var functions = (await library.Client.ListToolsAsync().AsTask().WithTimeout()).Select(tool => tool.AsAgentFunction()).ToArray();

        var found = await AgentFunctionTests.CallAsync(functions.Single(function => function.Tool.Name == "find_book"), """{"title":"Emma"}""");
        var failed = await AgentFunctionTests.CallAsync(functions.Single(function => function.Tool.Name == "lend_book"), """{"title":"Emma"}""");

        (found.Status, found.Output).Should().Be((FunctionCallStatus.Completed, "Emma: shelf 7"));
        JsonElement.Parse(failed.Output!).GetProperty("isError").GetBoolean().Should().BeTrue("the model reads the result of the server");
        failed.Output.Should().NotContain("secret");
    }

    [Fact]
    public async Task The_schema_and_the_description_of_an_MCP_tool_reach_the_server()
    {
        await using var library = await Library.StartAsync(McpServerTool.Create((string title, int copies) => title, new() { Name = "order_book", Description = "Orders a book." }));
        var tool = (await library.Client.ListToolsAsync().AsTask().WithTimeout()).Single();

        var declared = tool.AsAgentFunction().Tool;

        (declared.Name, declared.Description).Should().Be(("order_book", "Orders a book."));
        JsonElement.DeepEquals(declared.Parameters!.Json, tool.JsonSchema).Should().BeTrue();
        AgentFunctionTests.Agent(tool.AsAgentFunction()).Validate().Should().BeEmpty();
    }

    [Fact]
    public async Task A_tool_of_an_MCP_server_runs_in_a_session_with_function_invocation()
    {
        await using var library = await Library.StartAsync(McpServerTool.Create((string title) => $"{title}: shelf 7", new() { Name = "find_book", Description = "Finds a book." }));
        AITool[] tools = [.. await library.Client.ListToolsAsync().AsTask().WithTimeout()];
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"], Tools = tools }, client => client.AsBuilder().UseFunctionInvocation().Build());

        await talk.AskAsync("Find a book.");
        var answer = (ResponseCreatedRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.ResponseDone))[^1];

        answer.Items!.Single().Contents.OfType<TextContent>().Single().Text.Should().StartWith("find_book says: ").And.EndWith(": shelf 7");
    }

    [Fact]
    public async Task The_end_of_a_call_cancels_the_call_of_the_MCP_server()
    {
        var canceled = new TaskCompletionSource();
        await using var library = await Library.StartAsync(McpServerTool.Create(async (CancellationToken cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ContinueWith(_ => canceled.TrySetResult(), TaskScheduler.Default);
            return "";
        }, new() { Name = "search_long" }));
        var search = (await library.Client.ListToolsAsync().AsTask().WithTimeout()).Single().AsAgentFunction() with { Timeout = TimeSpan.FromMilliseconds(100) };

        var call = await AgentFunctionTests.CallAsync(search);
        await canceled.Task.WithTimeout();

        call.Status.Should().Be(FunctionCallStatus.TimedOut);
    }

    [Fact]
    public async Task An_agent_of_Microsoft_Agents_AI_is_a_function_of_a_voice_agent()
    {
        using var writer = new EchoChatClient();
        var poet = new ChatClientAgent(writer, name: "poet", instructions: "You write poems.");

        var call = await AgentFunctionTests.CallAsync(poet.AsAIFunction().AsAgentFunction(), """{"query":"a poem about soup"}""");

        (call.Status, call.Name, call.Output).Should().Be((FunctionCallStatus.Completed, "poet", "Written: a poem about soup"));
    }

    /// <summary>An MCP server and its client in this process, connected by two pipes.</summary>
    private sealed class Library(McpServer server, Task running, McpClient client) : IAsyncDisposable
    {
        public McpClient Client => client;

        public static async Task<Library> StartAsync(params McpServerTool[] tools)
        {
            var (toServer, toClient) = (new Pipe(), new Pipe());
            var server = McpServer.Create(new StreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream()), new() { ToolCollection = [.. tools] });
            var running = server.RunAsync();
            return new(server, running, await McpClient.CreateAsync(new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream())).WithTimeout());
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class EchoChatClient : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"Written: {messages.Last().Text}")));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
