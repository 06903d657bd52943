using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace EwasteEpr.Web.Tests.Shared;

/// <summary>The model binder leaves a list that it cannot add to as it was, without a word: what a person ticked would never arrive.</summary>
public sealed class FormModelTests
{
    [Fact]
    public void NoForm_HasAReadOnlyListWithSomethingInIt() => Assert.Equal("", string.Join(' ', FormsOf(typeof(Program).Assembly).SelectMany(Deaf)));

    [Fact]
    public void TheTrap_IsSeen() => Assert.Equal("Trap.Chosen", Assert.Single(Deaf(typeof(Trap))));

    private static IEnumerable<Type> FormsOf(Assembly assembly) => assembly.GetTypes().Where(type => typeof(ControllerBase).IsAssignableFrom(type) && !type.IsAbstract)
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)).SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType)
        .Where(type => type.Assembly == assembly && type is { IsClass: true, IsAbstract: false } && type.GetConstructor(Type.EmptyTypes) is not null).Distinct();

    private static IEnumerable<string> Deaf(Type form)
    {
        var blank = Activator.CreateInstance(form);
        return form.GetProperties().Where(property => property is { CanWrite: true, PropertyType: { IsInterface: true, IsGenericType: true } })
            .Where(property => property.GetValue(blank) is System.Collections.IList { IsFixedSize: true }).Select(property => $"{form.Name}.{property.Name}");
    }

    private sealed class Trap
    {
        public IReadOnlyList<Guid> Chosen { get; set; } = [];

        public IReadOnlyList<Guid>? NotGiven { get; set; }

        public IList<Guid> Added { get; set; } = [];

        public Guid[] Heard { get; set; } = [];
    }
}
