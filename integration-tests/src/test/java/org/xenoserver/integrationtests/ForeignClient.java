package org.xenoserver.integrationtests;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client as one in another language: it has none of our classes, learns the API by reflection
 * (grpc.reflection.v1) and speaks JSON to its user.
 */
final class ForeignClient implements AutoCloseable {
  private static final String PACKAGE = "xenoserver.v1.";
  private static final int PATIENCE_SECONDS = 60;

  private final ManagedChannel channel;
  private final Map<String, Descriptors.ServiceDescriptor> services = new HashMap<>();

  /** Connects to {@code host:port}. */
  ForeignClient(String address) {
    this.channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
  }

  /** The full names of what the server says it serves. */
  List<String> services() throws Exception {
    ServerReflectionResponse answer =
        reflect(ServerReflectionRequest.newBuilder().setListServices("").build());
    return answer.getListServicesResponse().getServiceList().stream()
        .map(ServiceResponse::getName)
        .toList();
  }

  /**
   * Calls a method with one answer.
   *
   * @param service a full name, or one of ours without its package
   * @param request JSON
   * @throws io.grpc.StatusRuntimeException as the server refuses
   */
  JsonNode call(String service, String method, String request) throws Exception {
    var descriptor = method(service, method);
    return json(
        ClientCalls.blockingUnaryCall(
            channel, descriptor.grpc(), options(), message(descriptor.input(), request)));
  }

  /** Calls a method with a stream of answers, until no more are asked for. */
  Iterator<JsonNode> watch(String service, String method, String request) throws Exception {
    var descriptor = method(service, method);
    Iterator<DynamicMessage> answers =
        ClientCalls.blockingServerStreamingCall(
            channel, descriptor.grpc(), options(), message(descriptor.input(), request));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return answers.hasNext();
      }

      @Override
      public JsonNode next() {
        return json(answers.next());
      }
    };
  }

  /** Opens a domain's console from its beginning; returns what takes what is typed. */
  Consumer<String> console(String domain, Transcript output) throws Exception {
    return console("DomainService", "Console", domain, output);
  }

  /** Opens a console with a method that is not the manager's. */
  Consumer<String> console(String service, String method, String domain, Transcript output)
      throws Exception {
    var descriptor = method(service, method);
    StreamObserver<DynamicMessage> input =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(descriptor.grpc(), CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(DynamicMessage said) {
                var data = said.getDescriptorForType().findFieldByName("data");
                output.add(((ByteString) said.getField(data)).toStringUtf8());
              }

              @Override
              public void onError(Throwable problem) {
                output.end(String.valueOf(problem.getMessage()));
              }

              @Override
              public void onCompleted() {
                output.end("it ended");
              }
            });
    input.onNext(
        message(descriptor.input(), "{\"domain\":\"%s\",\"replay\":true}".formatted(domain)));
    var data = descriptor.input().findFieldByName("data");
    return typed ->
        input.onNext(
            DynamicMessage.newBuilder(descriptor.input())
                .setField(data, ByteString.copyFromUtf8(typed))
                .build());
  }

  private record Method(
      MethodDescriptor<DynamicMessage, DynamicMessage> grpc, Descriptors.Descriptor input) {}

  private Method method(String service, String name) throws Exception {
    String fullService = service.contains(".") ? service : PACKAGE + service;
    Descriptors.ServiceDescriptor found = services.get(fullService);
    if (found == null) {
      found = describe(fullService);
      services.put(fullService, found);
    }
    Descriptors.MethodDescriptor method = found.findMethodByName(name);
    MethodDescriptor.MethodType type =
        method.isClientStreaming()
            ? MethodDescriptor.MethodType.BIDI_STREAMING
            : method.isServerStreaming()
                ? MethodDescriptor.MethodType.SERVER_STREAMING
                : MethodDescriptor.MethodType.UNARY;
    return new Method(
        MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(type)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(fullService, name))
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
            .build(),
        method.getInputType());
  }

  private Descriptors.ServiceDescriptor describe(String service) throws Exception {
    ServerReflectionResponse answer =
        reflect(ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build());
    Map<String, FileDescriptorProto> files = new HashMap<>();
    String first = "";
    for (ByteString bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
      files.put(file.getName(), file);
      first = first.isEmpty() ? file.getName() : first;
    }
    return link(first, files).findServiceByName(service.substring(service.lastIndexOf('.') + 1));
  }

  private static FileDescriptor link(String name, Map<String, FileDescriptorProto> files)
      throws DescriptorValidationException {
    FileDescriptorProto file = files.get(name);
    if (file == null) {
      throw new AssertionError("reflection does not give " + name);
    }
    FileDescriptor[] needed = new FileDescriptor[file.getDependencyCount()];
    for (int i = 0; i < needed.length; i++) {
      needed[i] = link(file.getDependency(i), files);
    }
    return FileDescriptor.buildFrom(file, needed);
  }

  private ServerReflectionResponse reflect(ServerReflectionRequest request) throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable problem) {
                    answer.completeExceptionally(problem);
                  }

                  @Override
                  public void onCompleted() {
                    answer.completeExceptionally(new AssertionError("no answer"));
                  }
                });
    requests.onNext(request);
    ServerReflectionResponse response = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    requests.onCompleted();
    if (response.hasErrorResponse()) {
      throw new AssertionError(response.getErrorResponse().getErrorMessage());
    }
    return response;
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static DynamicMessage message(Descriptors.Descriptor type, String json)
      throws InvalidProtocolBufferException {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    JsonFormat.parser().merge(json, builder);
    return builder.build();
  }

  private static JsonNode json(DynamicMessage message) {
    try {
      return JsonMapper.shared()
          .readTree(
              JsonFormat.printer()
                  .preservingProtoFieldNames()
                  .alwaysPrintFieldsWithNoPresence()
                  .print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
