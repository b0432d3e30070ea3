using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Testing.Tests.Simulation;

public sealed class EmulatorViolationRuleTests
{
    [Fact]
    public void Every_rule_is_explained_in_the_guide()
    {
        var table = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "emulator.md"))
            .SkipWhile(line => line != "| rule | what the client did |")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        table.Should().Equal(ModelDriver.ReportedRules.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_rule_is_named_as_its_constant()
    {
        var constants = typeof(EmulatorViolationRule).GetFields().ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!);

        constants.Should().HaveCountGreaterThan(5).And.AllSatisfy(constant =>
            string.Concat(constant.Value.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])).Should().Be(constant.Key));
    }
}
