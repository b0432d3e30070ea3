using System.Reflection;
using System.Text.Json;
using Json.Schema;
using Realtime.Sdk.Internal;
using Validator = Json.Schema.JsonSchema;

namespace Realtime.Sdk.Tests.Responses;

/// <summary>
/// The validator gives the same verdict as JsonSchema.Net, which knows nothing of the SDK, for schemas of all tested types and for schemas by chance.
/// <see cref="JsonSchemaValidatorTests"/> lists the deliberate differences. REALTIME_SDK_EXHAUSTIVE=1 runs more values.
/// </summary>
public sealed class JsonSchemaValidatorOracleTests(ITestOutputHelper output)
{
    private const int Seed = 20261128;

    private static readonly bool IsExhaustive = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1";

    private static readonly EvaluationOptions Evaluation = new() { RequireFormatValidation = true };

    private static readonly string[] Methods = [nameof(JsonSchema.FromType), nameof(JsonSchema.StrictFromType)];

    private int _schemas, _valid, _invalid;

    [Fact]
    public void Schemas_of_types_have_the_verdict_of_another_validator()
    {
        var values = new SchemaValues(new Random(Seed));
        var faults = new List<string>();

        foreach (var (index, type) in SchemaTypes.All.Index())
        {
            foreach (var options in IsExhaustive ? SchemaTypes.Options : [SchemaTypes.Options[index % 2]])
            {
                foreach (var method in IsExhaustive ? Methods : [Methods[index / 2 % 2]])
                {
                    var schema = Schema(method, type, options);
                    var json = Enumerable.Range(0, IsExhaustive ? 5 : 1).Select(_ => JsonSerializer.SerializeToNode(values.Create(type), type, options));
                    faults.AddRange(Compare(schema, json.SelectMany(one => SchemaGenerator.WithChanges(one, IsExhaustive ? 1_000 : 5))));
                }
            }
        }

        Report();
        faults.Should().BeEmpty();
        _schemas.Should().BeGreaterThan(400);
    }

    [Fact]
    public void Schemas_by_chance_have_the_verdict_of_another_validator()
    {
        var faults = new List<string>();

        for (var i = 0; i < (IsExhaustive ? 20_000 : 200); i++)
        {
            var generator = new SchemaGenerator(new Random(Seed + i));
            var schema = generator.CreateSchema().ToJsonString();
            var values = Enumerable.Range(0, 4).SelectMany(_ => SchemaGenerator.WithChanges(generator.CreateValue(), 5));
            faults.AddRange(Compare(schema, values).Select(fault => $"seed {Seed + i}: {fault}"));
        }

        Report();
        faults.Should().BeEmpty();
        Math.Min(_valid, _invalid).Should().BeGreaterThan((_valid + _invalid) / 5, "both verdicts must be tested");
    }

    private void Report() => output.WriteLine($"{_schemas} schemas, {_valid} valid and {_invalid} invalid values");

    private List<string> Compare(string text, IEnumerable<string> values)
    {
        var oracle = Validator.FromText(text);
        _schemas++;
        if (JsonSchemaValidator.TryCreate(JsonElement.Parse(text), out var refused) is not { } validator)
            return [$"refused: {text}: {string.Join(" | ", refused)}"];
        var faults = new List<string>();
        foreach (var json in values)
        {
            var value = JsonElement.Parse(json);
            var violations = validator.Validate(value);
            var isValid = oracle.Evaluate(value, Evaluation).IsValid;
            _ = isValid ? _valid++ : _invalid++;
            if (isValid != (violations.Count == 0))
                faults.Add($"{json} is {(isValid ? "valid" : "invalid")} by {text}, but: {string.Join(" | ", violations)}");
            faults.AddRange(violations.Where(violation => !SchemaPaths.Exists(value, violation)).Select(violation => $"{violation} of {json}"));
        }
        return faults;
    }

    private static string Schema(string method, Type type, JsonSerializerOptions options) => typeof(JsonSchema)
        .GetMethod(method, BindingFlags.Public | BindingFlags.Static)!
        .MakeGenericMethod(type)
        .Invoke(null, [options.GetTypeInfo(type)])!
        .ToString()!;
}
