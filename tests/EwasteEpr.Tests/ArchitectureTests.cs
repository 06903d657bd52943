using EwasteEpr.Kernel;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests
{
    /// <summary>Who may use whom: along the life of an appliance, never back. A new feature needs a line here.</summary>
    public sealed class ArchitectureTests
    {
        private static readonly string[] Everybodys = ["Kernel", "Ledger", "Audit", "Settings", "Messages", "Organisations", "Certification", "Signatures"];
        private static readonly string[] ReadersOfAll = ["Reconciliation", "Compliance", "PublicRegister", "Verification"];

        private static readonly Dictionary<string, string[]> Uses = new()
        {
            ["Kernel"] = [],
            ["Ledger"] = ["Kernel"],
            ["Audit"] = ["Kernel"],
            ["Signatures"] = ["Kernel", "Ledger", "Audit", "Organisations"],
            ["Settings"] = ["Kernel", "Ledger", "Audit"],
            ["Messages"] = ["Kernel", "Ledger", "Audit", "Settings"],
            ["Organisations"] = ["Kernel", "Ledger", "Audit", "Settings", "Messages"],
            ["Certification"] = ["Kernel", "Ledger", "Audit", "Settings", "Messages", "Organisations"],
            ["Tariffs"] = Everybodys,
            ["Declarations"] = [.. Everybodys, "Tariffs"],
            ["Payments"] = [.. Everybodys, "Tariffs", "Declarations"],
            // Tells programs outside of declarations, invoices and certificates: it hears of them by rows, and nobody needs it.
            // By when what is to be done: reads both, and nobody reads it.
            ["Deadlines"] = [.. Everybodys, "Declarations", "Payments"],
            ["Integrations"] = [.. Everybodys, "Declarations", "Payments"],
            ["Vouchers"] = Everybodys,
            ["TakeBack"] = [.. Everybodys, "Vouchers"],
            ["Consignments"] = [.. Everybodys, "TakeBack"],
            ["Marketplace"] = [.. Everybodys, "Consignments"],
            ["Treatment"] = [.. Everybodys, "Consignments"],
            ["Evidence"] = [.. Everybodys, "Treatment"],
        };

        [Fact]
        public void Features_UseOnlyWhatTheyMay() => Assert.Empty(Forbidden(typeof(Db).Assembly.GetTypes()));

        [Fact]
        public void TheCheckObjects_ToAnArrowBack()
        {
            var objections = Forbidden([typeof(EwasteEpr.Vouchers.InASignature), typeof(EwasteEpr.Vouchers.InABody), typeof(EwasteEpr.Tariffs.OfAReader), typeof(EwasteEpr.Unheard.Feature), typeof(EwasteEpr.Declarations.Allowed)]);
            Assert.Equal(["Tariffs -> Compliance", "Unheard -> Kernel", "Vouchers -> TakeBack", "Vouchers -> Treatment"], objections);
        }

        /// <summary>The rules know no web: what ASP.NET brings is never referred to.</summary>
        [Fact]
        public void Rules_ReferToNoWebAssembly() =>
            Assert.DoesNotContain(typeof(Db).Assembly.GetReferencedAssemblies(), name => name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

        private static string[] Forbidden(IEnumerable<Type> types) =>
            [.. from type in types
                let user = Feature(type)
                where user is not null && !ReadersOfAll.Contains(user)
                from used in TypeUses.Of(type).Select(Feature).Distinct()
                where used is not null && used != user && !(Uses.TryGetValue(user, out var allowed) && allowed.Contains(used))
                group used by $"{user} -> {used}" into arrow
                orderby arrow.Key
                select arrow.Key];

        private static string? Feature(Type type) =>
            type.Namespace?.Split('.') is ["EwasteEpr", var feature, ..] && feature != "Tests" ? feature : null;
    }
}

// Arrows that must be objected to, and one that may stand, in the namespaces of the features they pretend to belong to.
#pragma warning disable CA1812, CA1823, IDE0051, CS0414
namespace EwasteEpr.TakeBack
{
    internal sealed class Target;
}

namespace EwasteEpr.Treatment
{
    internal static class Work
    {
        public static int Do<T>() => 1;
    }
}

namespace EwasteEpr.Compliance
{
    internal sealed class Reader;
}

namespace EwasteEpr.Vouchers
{
    internal sealed class InASignature
    {
        public List<TakeBack.Target[]> Targets { get; } = [];
    }

    internal sealed class InABody
    {
        public int Do(int n) => n switch { 0 => 1, 1 => 2, 2 => Treatment.Work.Do<string>(), _ => 4 };
    }
}

namespace EwasteEpr.Tariffs
{
    internal sealed class OfAReader
    {
        public object Make() => new Compliance.Reader();
    }
}

namespace EwasteEpr.Unheard
{
    internal sealed class Feature
    {
        public EwasteEpr.Kernel.Money Money { get; }
    }
}

namespace EwasteEpr.Declarations
{
    internal sealed class Allowed
    {
        public EwasteEpr.Kernel.Money Money { get; }

        public object? Target { get; } = new Tariffs.OfAReader();
    }
}
