using System.Text.RegularExpressions;
using Microsoft.Agents.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>The guides: their code is here, in a sample or in the comparison with the official adapter.</summary>
public sealed partial class GuideTests
{
    [Theory]
    [InlineData("extensions-ai", 5)]
    [InlineData("from-the-official-package", 2)]
    [InlineData("from-the-beta", 0)]
    public void Their_code_is_compiled(string guide, int blocks)
    {
        var sources = Repository.Sources("samples").Concat(Repository.Sources("tests/Realtime.Sdk.Extensions.AI.Comparison"))
            .Append(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Extensions.AI.Tests/GuideTests.cs"))
            .Select(file => WhiteSpace().Replace(File.ReadAllText(file), " "))
            .ToArray();

        var code = CSharp().Matches(Read(guide)).Select(match => WhiteSpace().Replace(match.Groups[1].Value, " ").Trim()).ToArray();

        code.Should().HaveCountGreaterThanOrEqualTo(blocks);
        code.Where(block => !sources.Any(source => source.Contains(block, StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Fact]
    public void The_table_of_events_has_every_event_with_its_message()
    {
        var page = Read("extensions-ai");

        foreach (var (json, type) in ServerEvents.All.SkipLast(1))
        {
            var wire = JsonElement.Parse(json).GetProperty("type").GetString()!;
            page.Split('\n').Should().Contain(line => line.Contains($"`{wire}`", StringComparison.Ordinal) && (type == wire || line.Contains($"`{type}`", StringComparison.Ordinal)), wire);
        }
    }

    [Fact]
    public async Task A_session_with_middleware_from_the_services_of_a_host()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(emulator.CreateClient());

        services.AddSingleton(provider => provider.GetRequiredService<RealtimeClient>().AsIRealtimeClient("gpt-realtime-2.1")
            .AsBuilder().UseOpenTelemetry().UseLogging().Build(provider));

        await using var host = services.BuildServiceProvider();
        await using var session = await host.GetRequiredService<IRealtimeClient>().CreateSessionAsync().WithTimeout();
        session.Options!.Model.Should().Be("gpt-realtime-2.1");
    }

    [Fact]
    public async Task What_the_abstraction_does_not_have()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        using var realtime = client.AsIRealtimeClient("gpt-realtime-2.1");
        await using var session = await realtime.CreateSessionAsync(new()
        {
            Voice = "cedar",
            RawRepresentationFactory = () => new RealtimeSessionConfiguration { Reasoning = new() { Effort = RealtimeReasoningEffort.Low } },
        });
        var heard = TimeSpan.FromSeconds(1.2);

        await session.SendAsync(new() { RawRepresentation = new ConversationItemTruncateEvent { ItemId = "item_1", AudioEnd = heard } });
        await foreach (var message in session.GetStreamingResponseAsync())
        {
            if (message.RawRepresentation is RateLimitsUpdatedEvent limits)
                Console.WriteLine(limits.RateLimits.Count);
            if (message.Type.Value == "input_audio_buffer.speech_started")
                Console.WriteLine("The user speaks.");
            if (message.Type == RealtimeServerMessageType.Error)
                break;
        }
    }

    [Fact]
    public async Task Functions_of_others_in_an_agent()
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var transfer = AIFunctionFactory.Create(
            async (string department, AIFunctionArguments arguments) =>
            {
                var call = (FunctionCallContext)arguments.Context![typeof(FunctionCallContext)]!;
                await call.Conversation.AddAsync(ConversationItem.SystemText($"The guest wants {department}."));
                return "Noted.";
            },
            "note_department");

        var call = await AgentFunctionTests.CallAsync(transfer.AsAgentFunction() with { Timeout = TimeSpan.FromSeconds(5) }, """{"department":"billing"}""");

        call.Output.Should().Be("Noted.");
    }

    private static async Task<RealtimeAgent> CreateLibrarianAsync(McpClient library, IChatClient chat)
    {
        var poet = new ChatClientAgent(chat, name: "poet", instructions: "You write poems.");
        var tools = await library.ListToolsAsync();
        return new RealtimeAgent
        {
            Name = "librarian",
            Session = new() { Model = "gpt-realtime-2.1", Instructions = "You work in a library. Be brief." },
            Functions = [.. tools.Select(tool => tool.AsAgentFunction()), poet.AsAIFunction().AsAgentFunction() with { Timeout = TimeSpan.FromMinutes(2) }],
        };
    }

    private static string Read(string guide) => File.ReadAllText(Path.Combine(Repository.Root, $"docs/{guide}.md"));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
