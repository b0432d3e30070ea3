using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Json.Schema;
using Validator = Json.Schema.JsonSchema;

namespace Realtime.Sdk.Tests.Responses;

/// <summary>
/// Schemas of several hundred types, under three kinds of options. JsonSchema.Net, which knows nothing of the SDK, judges the JSON that the serializer
/// writes for values of the types, and the same JSON with one thing wrong.
/// </summary>
public sealed class SchemaTypesTests
{
    private const int Seed = 20261127;

    private static readonly EvaluationOptions Evaluation = new() { RequireFormatValidation = true };

    private static readonly Dictionary<string, JsonSerializerOptions> Options = new()
    {
        ["default"] = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() },
        ["web"] = new(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() },
        ["snake case"] = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new JsonStringEnumConverter() },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        },
    };

    public static TheoryData<string> Names => [.. Options.Keys];

    [Fact]
    public void There_are_more_than_300_types() => SchemaTypes.All.Distinct().Should().HaveCountGreaterThan(300);

    [Theory]
    [MemberData(nameof(Names))]
    public void Strict_schemas_stay_in_the_subset(string options)
    {
        var faults = SchemaTypes.All.Select(type => Schema(nameof(JsonSchema.StrictFromType), type, options)).SelectMany(
            schema => StrictSubset.FaultsOf(schema).Concat(Format(schema).Validate().Select(violation => violation.ToString())).Select(fault => $"{fault} in {schema}"));

        faults.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_the_serializer_writes_is_valid(string options)
    {
        var values = new SchemaValues(new Random(Seed));
        var refused = new List<string>();

        foreach (var type in SchemaTypes.All)
        {
            Validator[] schemas =
            [
                Validator.FromText(Schema(nameof(JsonSchema.FromType), type, options)), Validator.FromText(Schema(nameof(JsonSchema.StrictFromType), type, options)),
            ];
            for (var i = 0; i < 2; i++)
            {
                var json = JsonSerializer.SerializeToElement(values.Create(type), type, Options[options]);
                refused.AddRange(schemas.Where(schema => !schema.Evaluate(json, Evaluation).IsValid).Select(schema => $"{type}: {json} by {JsonSerializer.Serialize(schema)}"));
            }
        }

        refused.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_strict_schema_refuses_JSON_with_one_thing_wrong(string options)
    {
        var values = new SchemaValues(new Random(Seed));
        var accepted = new List<string>();
        var spoiled = 0;

        foreach (var type in SchemaTypes.All)
        {
            var schema = Validator.FromText(Schema(nameof(JsonSchema.StrictFromType), type, options));
            var json = JsonSerializer.SerializeToNode(values.Create(type), type, Options[options])!;
            foreach (var (change, wrong) in SchemaValues.Spoil(json))
            {
                spoiled++;
                if (schema.Evaluate(JsonElement.Parse(wrong.ToJsonString()), Evaluation).IsValid)
                    accepted.Add($"{type}: {change} of {json.ToJsonString()}");
            }
        }

        accepted.Should().BeEmpty();
        spoiled.Should().BeGreaterThan(1000);
    }

    private static string Schema(string method, Type type, string options) => typeof(JsonSchema)
        .GetMethod(method, BindingFlags.Public | BindingFlags.Static)!
        .MakeGenericMethod(type)
        .Invoke(null, [Options[options].GetTypeInfo(type)])!
        .ToString()!;

    private static JsonSchemaResponseFormat Format(string schema) =>
        new() { JsonSchema = new() { Name = "n", Schema = JsonSchema.Parse(schema), Strict = true } };
}
