using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Json.Schema;
using Validator = Json.Schema.JsonSchema;

namespace Realtime.Sdk.Testing.Tests.Conversations;

/// <summary>What is extracted: a type or JSON of a schema, values that more often than not conform, and the judgment of JsonSchema.Net.</summary>
internal abstract class ExtractionTarget(string name, string schema)
{
    protected const string Question = "What has been ordered so far?";

    private static readonly EvaluationOptions Evaluation = new() { RequireFormatValidation = true };

    private readonly Validator _validator = Validator.FromText(schema);
    private readonly bool _isObject = JsonNode.Parse(schema) is JsonObject root && root["type"] is JsonValue type && type.GetValue<string>() == "object";

    /// <summary>The name of the function that the model must call.</summary>
    public string Name => name;

    public string Schema => schema;

    public static ExtractionTarget FromType(Random random)
    {
        var type = SchemaTypes.All[random.Next(SchemaTypes.All.Count)];
        var options = SchemaTypes.Options[random.Next(SchemaTypes.Options.Count)];
        return (ExtractionTarget)Activator.CreateInstance(typeof(TypeTarget<>).MakeGenericType(type), random, options)!;
    }

    public static ExtractionTarget ByChance(Random random)
    {
        var generator = new SchemaGenerator(random);
        return new JsonTarget($"answer_{random.Next(1_000).ToString(CultureInfo.InvariantCulture)}", generator.CreateSchema().ToJsonString(), generator);
    }

    public abstract IEnumerable<JsonNode?> CreateValues(int count);

    /// <summary>Extracts and returns the answer as JSON.</summary>
    public abstract Task<string> ExtractAsync(RealtimeConversation conversation);

    /// <summary>Whether an answer conforms to the schema and, if it is read as a type, can be read.</summary>
    public virtual bool Conforms(string answer) => IsValid(answer);

    /// <summary>Whether a result is what an answer contains.</summary>
    public virtual bool AreEqual(string result, string? answer) => result == answer;

    /// <summary>Whether what an extraction returned conforms to the schema.</summary>
    public virtual bool IsValidResult(string result) => IsValid(result);

    private bool IsValid(string json) => Evaluate(_validator, json);

    public static bool Evaluate(Validator validator, string json) => validator.Evaluate(JsonElement.Parse(json), Evaluation).IsValid;

    /// <summary>Returns the arguments of the call for an answer: an answer whose schema is not an object is a member.</summary>
    public string Wrap(string answer) => _isObject ? answer : $$"""{"value":{{answer}}}""";

    /// <summary>Returns the answer in the arguments of a call; null if there is none.</summary>
    public string? Unwrap(string arguments) => _isObject ? arguments : arguments.StartsWith("""{"value":""", StringComparison.Ordinal) && arguments.EndsWith('}') ? arguments[9..^1] : null;

    private sealed class JsonTarget(string name, string schema, SchemaGenerator generator) : ExtractionTarget(name, schema)
    {
        private readonly JsonSchemaResponseFormat _format = new() { JsonSchema = new() { Name = name, Schema = Realtime.Sdk.JsonSchema.Parse(schema) } };

        public override IEnumerable<JsonNode?> CreateValues(int count) => Enumerable.Range(0, count).Select(_ => generator.CreateValue());

        public override async Task<string> ExtractAsync(RealtimeConversation conversation) => (await conversation.ExtractAsync(_format, Question).WithTimeout()).GetRawText();
    }

    private sealed class TypeTarget<T>(Random random, JsonSerializerOptions options) : ExtractionTarget("give_answer", Realtime.Sdk.JsonSchema.FromType(Metadata(options)).ToString())
    {
        private readonly SchemaValues _values = new(random);
        private readonly JsonSerializerOptions _inAnyOrder = new(options) { AllowOutOfOrderMetadataProperties = true };

        public override IEnumerable<JsonNode?> CreateValues(int count) => Enumerable.Range(0, count).Select(_ => JsonSerializer.SerializeToNode(_values.Create(typeof(T)), typeof(T), options));

        public override async Task<string> ExtractAsync(RealtimeConversation conversation) => Write(await conversation.ExtractAsync(Metadata(options), Question).WithTimeout());

        public override bool Conforms(string answer) => base.Conforms(answer) && Read(answer) is not null;

        // A member that the answer lacks has the default of its type, which need not conform. The answer itself is judged, and compared with the result.
        public override bool IsValidResult(string result) => true;

        public override bool AreEqual(string result, string? answer) => answer is not null && result == Read(answer);

        /// <summary>Returns what the serializer writes for what it has read; null if it cannot read the answer.</summary>
        private string? Read(string answer)
        {
            try
            {
                return Write(JsonSerializer.Deserialize(answer, Metadata(_inAnyOrder)));
            }
            catch (JsonException)
            {
                return null;
            }
        }

        private string Write(T? value) => JsonSerializer.Serialize(value, options);

        private static JsonTypeInfo<T> Metadata(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }
}

/// <summary>What was tested, so that a run that tests nothing fails.</summary>
internal sealed class ExtractionCounts
{
    private int _types, _schemas, _conforming, _others;

    public int Returned { get; set; }

    public int Refused { get; set; }

    public void Add(ExtractionTarget target, int conforming, int others)
    {
        _ = target.Name == "give_answer" ? _types++ : _schemas++;
        _conforming += conforming;
        _others += others;
    }

    public void ShouldCoverEverything(int runs)
    {
        (_types, _schemas).Should().Be((runs / 2, runs / 2));
        Math.Min(_conforming, _others).Should().BeGreaterThan(runs * 2);
        Math.Min(Returned, Refused).Should().BeGreaterThan(runs);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{_types} types, {_schemas} schemas, {_conforming} answers that conform and {_others} that do not; {Returned} returned and {Refused} refused");
}
