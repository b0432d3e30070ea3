using System.Text.Json;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>One schema by chance, in a conversation in which the model answers as the seed determines.</summary>
internal sealed class ExtractionRun(int seed, ExtractionCounts counts)
{
    private const int Values = 6, ChangesOfEach = 6, Extractions = 2;

    private static readonly string[] Malformed = ["", "no JSON", "{", """{"value":""", "[1,]", "{\"\\ud800\":1}", "{\"value\":\"\\udc00\"}", """{"value":1,"value":1""", "\"\\ud800\"", """{"value":1,"value":2}"""];

    private readonly Random _random = new(seed);
    private readonly List<string> _failures = [];

    public async Task<IReadOnlyList<string>> CheckAsync(RealtimeEmulator emulator, RealtimeClient client)
    {
        var target = seed % 2 == 0 ? ExtractionTarget.FromType(_random) : ExtractionTarget.ByChance(_random);
        var answers = target.CreateValues(Values).SelectMany(value => SchemaGenerator.WithChanges(value, ChangesOfEach).Append(Shuffle(value)?.ToJsonString() ?? "null")).Distinct().ToList();
        var conforming = answers.Where(target.Conforms).ToList();
        var others = answers.Where(answer => !target.Conforms(answer)).ToList();
        counts.Add(target, conforming.Count, others.Count);

        await using var conversation = await client.StartConversationAsync(ScriptedConversation.Agent).WithTimeout();
        var session = emulator.Sessions[^1];
        for (var i = 0; i < Extractions; i++)
        {
            if (conforming.Count > 0)
                await ExtractAsync(conversation, session, target, [target.Wrap(Pick(conforming))], expected: 0);
            if (conforming.Count > 0 && others.Count > 0)
                await ExtractAsync(conversation, session, target, [target.Wrap(Pick(others)), target.Wrap(Pick(conforming))], expected: 1);
            if (others.Count > 0)
                await ExtractAsync(conversation, session, target, [target.Wrap(Pick(others)), target.Wrap(Pick(others))], expected: null);
        }
        if (conforming.Count > 0)
            await ExtractAsync(conversation, session, target, [Pick(Malformed), target.Wrap(Pick(conforming))], expected: 1);
        await ExtractAsync(conversation, session, target, [Pick(Malformed), Pick(Malformed)], expected: null);
        return _failures;
    }

    /// <summary>Lets the model give answers in turn. The result must be the one with the expected index, or an exception about the last one if it is null.</summary>
    private async Task ExtractAsync(RealtimeConversation conversation, EmulatorSession session, ExtractionTarget target, string[] answers, int? expected)
    {
        var rule = session.Model.When("");
        foreach (var answer in answers)
            rule.Calls(target.Name, answer).Says("Next.");
        // A third request would get an answer that no schema and no reader accepts.
        rule.Calls(target.Name, "not asked for");
        var before = session.Received.Count;
        string result;
        try
        {
            result = await target.ExtractAsync(conversation);
        }
        catch (RealtimeExtractionException e)
        {
            counts.Refused++;
            Check(expected is null, answers, $"was refused: {e.Message}");
            CheckRefusal(e, target, answers);
            return;
        }
        catch (Exception e) when (e is not OperationCanceledException and not Xunit.Sdk.XunitException)
        {
            _failures.Add($"{target.Schema}: {string.Join(" then ", answers)} threw {e}");
            return;
        }
        counts.Returned++;
        if (expected is not { } index)
        {
            Check(false, answers, $"returned {result}");
            return;
        }
        var requests = session.Received.Skip(before).Select(message => message.Event).OfType<ResponseCreateEvent>().ToList();
        Check(requests.Count == index + 1, answers, $"took {requests.Count} requests");
        Check(target.IsValidResult(result), answers, $"returned {result}, which violates the schema");
        Check(target.AreEqual(result, target.Unwrap(answers[index])), answers, $"returned {result}");
        CheckWire(requests[^1], target, answers[^1]);

        void Check(bool isTrue, string[] given, string failure)
        {
            if (!isTrue)
                _failures.Add($"{target.Schema}: {string.Join(" then ", given)} {failure}");
        }
    }

    private void CheckRefusal(RealtimeExtractionException refused, ExtractionTarget target, string[] answers)
    {
        if (refused.Json != answers[^1])
            _failures.Add($"{target.Schema}: the answer of the exception is {refused.Json} instead of {answers[^1]}");
        if (refused.Violations is [])
            _failures.Add($"{target.Schema}: {answers[^1]} was refused without a violation");
        foreach (var violation in refused.Violations.Where(violation => !Exists(target.Unwrap(answers[^1]), violation)))
            _failures.Add($"{target.Schema}: the path of {violation} is not in {answers[^1]}");
    }

    /// <summary>The model must get a schema that allows what the caller's schema allows, although it may be the schema of a member of an object.</summary>
    private void CheckWire(ResponseCreateEvent request, ExtractionTarget target, string answer)
    {
        var parameters = ((FunctionTool)request.Response!.Tools!.Single()).Parameters!.ToString();
        if (!ExtractionTarget.Evaluate(Json.Schema.JsonSchema.FromText(parameters), answer))
            _failures.Add($"{target.Schema}: {answer} violates the schema that was sent, {parameters}");
    }

    private static bool Exists(string? answer, ConstraintViolation violation)
    {
        try
        {
            return SchemaPaths.Exists(JsonElement.Parse(answer ?? "null"), violation);
        }
        catch (JsonException)
        {
            return violation.Path == "$";
        }
    }

    /// <summary>Returns the same value with its members in another order.</summary>
    private JsonNode? Shuffle(JsonNode? json) => json switch
    {
        JsonObject members => new JsonObject(members.OrderBy(_ => _random.Next()).Select(member => KeyValuePair.Create(member.Key, Shuffle(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Shuffle)]),
        JsonValue value => value.DeepClone(),
        _ => null,
    };

    private string Pick(IReadOnlyList<string> values) => values[_random.Next(values.Count)];
}
